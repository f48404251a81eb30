metadata description = 'The storage account that holds all state: containers, queues, and who may reach it.'

@description('Region of the account.')
param location string

@description('Tags of the account.')
param tags { *: string }

@description('Name of the account.')
@minLength(3)
@maxLength(24)
param name string

@description('How many copies of the data there are and where.')
param sku 'Standard_LRS' | 'Standard_ZRS' | 'Standard_GRS' | 'Standard_GZRS'

@description('Whether the account can be reached by private endpoints only.')
param privateOnly bool

var containerNames = [
  'access'
  'dashboard'
  'datasets'
  'evaluations'
  'imports'
  'monitor'
  'registry'
  'runs'
  'sources'
  'webhooks'
]

// Every queue has a second one for what cannot be worked on.
var queueNames = [
  'evaluations'
  'evaluations-poison'
  'imports'
  'imports-poison'
  'training'
  'training-poison'
  'webhooks'
  'webhooks-poison'
]

resource account 'Microsoft.Storage/storageAccounts@2025-08-01' = {
  name: name
  location: location
  tags: tags
  kind: 'StorageV2'
  sku: {
    name: sku
  }
  properties: {
    accessTier: 'Hot'
    allowBlobPublicAccess: false
    allowCrossTenantReplication: false
    allowSharedKeyAccess: false
    defaultToOAuthAuthentication: true
    minimumTlsVersion: 'TLS1_2'
    publicNetworkAccess: privateOnly ? 'Disabled' : 'Enabled'
    supportsHttpsTrafficOnly: true
    networkAcls: {
      bypass: 'None'
      defaultAction: privateOnly ? 'Deny' : 'Allow'
    }
  }

  resource blobs 'blobServices' = {
    name: 'default'
    properties: {
      // A container deleted by mistake comes back. Single blobs have no soft delete: documents of jobs are rewritten all
      // the time, and every old state would be kept and paid for.
      containerDeleteRetentionPolicy: {
        enabled: true
        days: 7
      }
    }

    resource containers 'containers' = [
      for container in containerNames: {
        name: container
        properties: {
          publicAccess: 'None'
        }
      }
    ]
  }

  resource queueService 'queueServices' = {
    name: 'default'

    resource queues 'queues' = [
      for queue in queueNames: {
        name: queue
      }
    ]
  }
}

@description('Resource id of the account.')
output id string = account.id

@description('Where the containers are.')
output blobEndpoint string = account.properties.primaryEndpoints.blob

@description('Where the queues are.')
output queueEndpoint string = account.properties.primaryEndpoints.queue
