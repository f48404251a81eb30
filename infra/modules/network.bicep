metadata description = 'The virtual network: one subnet for the Container Apps environment, one for private endpoints.'

@description('Region of the network.')
param location string

@description('Tags of the network.')
param tags { *: string }

@description('Name of the network.')
param name string

@description('Address range of the network in CIDR notation, /22 or larger.')
param addressPrefix string

resource network 'Microsoft.Network/virtualNetworks@2025-07-01' = {
  name: name
  location: location
  tags: tags
  properties: {
    addressSpace: {
      addressPrefixes: [addressPrefix]
    }
    subnets: [
      {
        name: 'container-apps'
        properties: {
          addressPrefix: cidrSubnet(addressPrefix, 23, 0)
          delegations: [
            {
              name: 'container-apps'
              properties: {
                serviceName: 'Microsoft.App/environments'
              }
            }
          ]
        }
      }
      {
        name: 'private-endpoints'
        properties: {
          addressPrefix: cidrSubnet(addressPrefix, 24, 2)
          defaultOutboundAccess: false
        }
      }
    ]
  }

  resource containerApps 'subnets' existing = {
    name: 'container-apps'
  }

  resource privateEndpoints 'subnets' existing = {
    name: 'private-endpoints'
  }
}

@description('Resource id of the network.')
output id string = network.id

@description('The subnet of the Container Apps environment.')
output containerAppsSubnetId string = network::containerApps.id

@description('The subnet of the private endpoints.')
output privateEndpointsSubnetId string = network::privateEndpoints.id
