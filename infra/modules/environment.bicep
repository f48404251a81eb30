metadata description = 'The Container Apps environment: its workload profiles, its network and its logs.'

@description('Region of the environment.')
param location string

@description('Tags of the environment.')
param tags { *: string }

@description('Name of the environment.')
param name string

@description('The Log Analytics workspace of the logs.')
param workspaceId string

@description('The subnet of the environment; empty for none.')
param subnetId string

@description('Machine type of the workload profile "training"; Consumption adds none.')
param trainingWorkloadProfile string

@description('The most machines of a dedicated workload profile "training".')
param trainingMaxMachines int

// Profiles whose name begins with Consumption have no machines to count; dedicated ones scale to none.
var trainingProfiles = trainingWorkloadProfile == 'Consumption'
  ? []
  : [
      union(
        { name: 'training', workloadProfileType: trainingWorkloadProfile },
        startsWith(trainingWorkloadProfile, 'Consumption') ? {} : { minimumCount: 0, maximumCount: trainingMaxMachines }
      )
    ]

resource managedEnvironment 'Microsoft.App/managedEnvironments@2026-01-01' = {
  name: name
  location: location
  tags: tags
  properties: {
    // By diagnostic settings instead of the workspace's key.
    appLogsConfiguration: {
      destination: 'azure-monitor'
    }
    vnetConfiguration: empty(subnetId) ? null : { infrastructureSubnetId: subnetId, internal: false }
    workloadProfiles: concat([{ name: 'Consumption', workloadProfileType: 'Consumption' }], trainingProfiles)
  }
}

#disable-next-line use-recent-api-versions // The one stable version is of 2016 and knows no categories of this service.
resource logs 'Microsoft.Insights/diagnosticSettings@2021-05-01-preview' = {
  scope: managedEnvironment
  name: 'logs'
  properties: {
    workspaceId: workspaceId
    logs: [
      { category: 'ContainerAppConsoleLogs', enabled: true }
      { category: 'ContainerAppSystemLogs', enabled: true }
    ]
  }
}

@description('Resource id of the environment.')
output id string = managedEnvironment.id

@description('What the host names of its apps end with.')
output defaultDomain string = managedEnvironment.properties.defaultDomain
