metadata description = 'The identity of one service, with exactly the roles that it needs: to pull its image, to send telemetry, and per container and queue.'

@description('Region of the identity.')
param location string

@description('Tags of the identity.')
param tags { *: string }

@description('Name of the identity.')
param name string

@description('The registry that the service pulls its image from.')
param registryName string

@description('The Application Insights that the service sends its telemetry to.')
param applicationInsightsName string

@description('The account that holds containers and queues.')
param storageAccountName string

@description('Containers that the service only reads.')
param readsContainers string[]

@description('Containers that the service reads and writes.')
param writesContainers string[]

@description('Queues that the service sends to, takes messages from and scales on. Renewing a message takes the right to write it, so the narrower Message Processor is not enough.')
param worksOnQueues string[]

@description('Queues that the service only adds to, and asks whether they are there.')
param sendsToQueues string[]

var roles = {
  acrPull: '7f951dda-4ed3-4680-a7ca-43fe172d538d'
  monitoringMetricsPublisher: '3913510d-42f4-4e42-8a64-420c390055eb'
  storageBlobDataContributor: 'ba92f5b4-2d11-453d-a403-e96b0029c9fe'
  storageBlobDataReader: '2a2b9908-6ea1-4ae2-8e65-a410df84e7d1'
  storageQueueDataContributor: '974c5e8b-45b9-4653-ba55-5f855dd0fb88'
  storageQueueDataMessageSender: 'c6a89b2d-59bc-44d0-9896-0f6e12d7b80a'
  storageQueueDataReader: '19e7f393-937e-4f77-808e-94535e297925'
}

var containerRoles = concat(
  map(readsContainers, container => { name: container, role: roles.storageBlobDataReader }),
  map(writesContainers, container => { name: container, role: roles.storageBlobDataContributor })
)

var queueRoles = concat(
  map(worksOnQueues, queue => { name: queue, role: roles.storageQueueDataContributor }),
  map(sendsToQueues, queue => { name: queue, role: roles.storageQueueDataMessageSender }),
  map(sendsToQueues, queue => { name: queue, role: roles.storageQueueDataReader })
)

resource identity 'Microsoft.ManagedIdentity/userAssignedIdentities@2024-11-30' = {
  name: name
  location: location
  tags: tags
}

resource registry 'Microsoft.ContainerRegistry/registries@2025-11-01' existing = {
  name: registryName
}

resource applicationInsights 'Microsoft.Insights/components@2020-02-02' existing = {
  name: applicationInsightsName
}

resource account 'Microsoft.Storage/storageAccounts@2025-08-01' existing = {
  name: storageAccountName

  resource blobs 'blobServices' existing = {
    name: 'default'

    resource containers 'containers' existing = [for item in containerRoles: { name: item.name }]
  }

  resource queueService 'queueServices' existing = {
    name: 'default'

    resource queues 'queues' existing = [for item in queueRoles: { name: item.name }]
  }
}

resource pullsImages 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  scope: registry
  name: guid(registry.id, identity.id, roles.acrPull)
  properties: {
    principalId: identity.properties.principalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', roles.acrPull)
  }
}

resource sendsTelemetry 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  scope: applicationInsights
  name: guid(applicationInsights.id, identity.id, roles.monitoringMetricsPublisher)
  properties: {
    principalId: identity.properties.principalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId(
      'Microsoft.Authorization/roleDefinitions',
      roles.monitoringMetricsPublisher
    )
  }
}

resource usesContainers 'Microsoft.Authorization/roleAssignments@2022-04-01' = [
  for (item, i) in containerRoles: {
    scope: account::blobs::containers[i]
    name: guid(account::blobs::containers[i].id, identity.id, item.role)
    properties: {
      principalId: identity.properties.principalId
      principalType: 'ServicePrincipal'
      roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', item.role)
    }
  }
]

resource usesQueues 'Microsoft.Authorization/roleAssignments@2022-04-01' = [
  for (item, i) in queueRoles: {
    scope: account::queueService::queues[i]
    name: guid(account::queueService::queues[i].id, identity.id, item.role)
    properties: {
      principalId: identity.properties.principalId
      principalType: 'ServicePrincipal'
      roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', item.role)
    }
  }
]

@description('Resource id of the identity: what a container runs as.')
output id string = identity.id

@description('Client id of the identity: what AZURE_CLIENT_ID is.')
output clientId string = identity.properties.clientId
