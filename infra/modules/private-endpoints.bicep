metadata description = 'Private endpoints of the storage account, and the private DNS zones by which the services find them.'

@description('Region of the endpoints.')
param location string

@description('Tags of every resource.')
param tags { *: string }

@description('Ends the names, so that they are unique.')
param token string

@description('The network that the account is reached from.')
param networkId string

@description('The subnet of the endpoints.')
param subnetId string

@description('The account.')
param storageAccountId string

var parts = ['blob', 'queue']

resource zones 'Microsoft.Network/privateDnsZones@2024-06-01' = [
  for part in parts: {
    name: 'privatelink.${part}.${environment().suffixes.storage}'
    location: 'global'
    tags: tags
  }
]

resource links 'Microsoft.Network/privateDnsZones/virtualNetworkLinks@2024-06-01' = [
  for (part, i) in parts: {
    parent: zones[i]
    name: 'link-${token}'
    location: 'global'
    tags: tags
    properties: {
      registrationEnabled: false
      virtualNetwork: {
        id: networkId
      }
    }
  }
]

resource endpoints 'Microsoft.Network/privateEndpoints@2025-07-01' = [
  for part in parts: {
    name: 'pep-${part}-${token}'
    location: location
    tags: tags
    properties: {
      subnet: {
        id: subnetId
      }
      privateLinkServiceConnections: [
        {
          name: part
          properties: {
            privateLinkServiceId: storageAccountId
            groupIds: [part]
          }
        }
      ]
    }
  }
]

resource records 'Microsoft.Network/privateEndpoints/privateDnsZoneGroups@2025-07-01' = [
  for (part, i) in parts: {
    parent: endpoints[i]
    name: 'default'
    properties: {
      privateDnsZoneConfigs: [
        {
          name: part
          properties: {
            privateDnsZoneId: zones[i].id
          }
        }
      ]
    }
  }
]
