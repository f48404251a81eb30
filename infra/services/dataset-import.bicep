metadata description = 'The import service: its API and the worker that takes imports from the queue, in every replica.'

import { environmentVariables, ingress, probes } from 'container.bicep'

@description('Name of the azd environment.')
param environmentName string

@description('Region of the Container Apps environment.')
param location string

@description('Resource id of the Container Apps environment.')
param containerAppsEnvironmentId string

@description('Host name of the registry of the image.')
param registryEndpoint string

@description('The image, with registry and tag.')
param imageName string

@description('Resource id of the identity that the service runs as.')
param identityId string

@description('Client id of the identity that the service runs as.')
param identityClientId string

@description('Name of the storage account: KEDA scales on one of its queues.')
param storageAccountName string

@description('Where the containers are.')
param blobEndpoint string

@description('Where the queues are.')
param queueEndpoint string

@description('Where telemetry goes.')
param applicationInsightsConnectionString string

@description('Who may call the API: IP address ranges separated by commas; empty for nobody from outside the environment.')
param allowedIpRanges string

@description('Whose tokens are taken besides API keys: https://login.microsoftonline.com/TENANT/v2.0; empty for API keys alone.')
param entraAuthority string

@description('Whom the tokens have to be for: the client id or the application id URI of an app registration.')
param entraAudience string

@description('The fewest replicas.')
@minValue(0)
param minReplicas int

@description('The most replicas.')
@minValue(1)
param maxReplicas int

@description('CPU cores of a replica.')
param cpu string = '1'

@description('Memory of a replica.')
param memory string = '2Gi'

@description('The largest source archive, in bytes.')
param maxSourceBytes int = 68719476736

@description('The largest labels CSV, in bytes.')
param maxLabelsBytes int = 134217728

@description('The largest single picture in an archive, in bytes.')
param maxEntryBytes int = 4194304

@description('The largest single song in an archive, in bytes.')
param maxSongBytes int = 67108864

@description('The most entries that an archive may have.')
param maxEntries int = 1000000

@description('The largest central directory of an archive, in bytes.')
param maxDirectoryBytes int = 268435456

@description('The longest name of an entry, in bytes.')
param maxNameBytes int = 1024

@description('The most bytes that all entries of an archive may be, inflated.')
param maxTotalBytes int = 274877906944

@description('The most bytes that one byte of an entry may inflate to.')
param maxCompressionRatio int = 200

@description('How much of an archive is one piece of work and one shard, in bytes.')
param partitionBytes int = 33554432

@description('How many partitions a replica works on at a time; 0 for as many as it has cores, from 2 to 8.')
param concurrentPartitions int = 0

@description('How long the work of a replica that vanished waits for another one, 15 seconds to a minute.')
param workerTimeout string = '00:00:30'

@description('How long a source URL is left alone at a time when it asks for that.')
param maxRetryAfter string = '00:05:00'

@description('How long the staging of one source may take before the import fails.')
param maxSourceTime string = '1.00:00:00'

@description('How long a source URL may stay silent, again and again, before the import fails.')
param sourceTimeout string = '00:02:00'

@description('How long the deletion of a dataset version can be taken back.')
param deletionGracePeriod string = '7.00:00:00'

@description('How long a staged source is kept that no import needs any more.')
param stagedSourceRetention string = '7.00:00:00'

@description('How long after its end what a failed import has written is kept.')
param failedImportRetention string = '7.00:00:00'

@description('How long after one garbage collection the next one begins.')
param garbageCollectionInterval string = '01:00:00'

@description('Memory for the tables of samples of the dataset versions that are looked at, in bytes.')
param sampleCacheBytes int = 402653184

resource app 'Microsoft.App/containerApps@2026-01-01' = {
  name: 'dataset-import'
  location: location
  tags: {
    'azd-env-name': environmentName
    'azd-service-name': 'dataset-import'
  }
  identity: {
    type: 'UserAssigned'
    userAssignedIdentities: {
      '${identityId}': {}
    }
  }
  properties: {
    environmentId: containerAppsEnvironmentId
    workloadProfileName: 'Consumption'
    configuration: {
      activeRevisionsMode: 'Single'
      ingress: ingress(allowedIpRanges)
      registries: [
        {
          server: registryEndpoint
          identity: identityId
        }
      ]
    }
    template: {
      containers: [
        {
          name: 'dataset-import'
          image: imageName
          resources: {
            cpu: json(cpu)
            memory: memory
          }
          probes: probes
          env: environmentVariables(
            {
              service: 'dataset-import'
              clientId: identityClientId
              blobs: blobEndpoint
              queues: queueEndpoint
              applicationInsights: applicationInsightsConnectionString
            },
            {
              authority: entraAuthority
              audience: entraAudience
            },
            {
              // The container has no files worth importing, and a caller must not read those that it has.
              DatasetImport__AllowLocalPaths: 'false'
              // Nor what only the container can reach, such as its identity's tokens.
              DatasetImport__AllowPrivateAddresses: 'false'
              DatasetImport__ConcurrentPartitions: string(concurrentPartitions)
              DatasetImport__DeletionGracePeriod: deletionGracePeriod
              DatasetImport__FailedImportRetention: failedImportRetention
              DatasetImport__GarbageCollectionInterval: garbageCollectionInterval
              DatasetImport__MaxCompressionRatio: string(maxCompressionRatio)
              DatasetImport__MaxDirectoryBytes: string(maxDirectoryBytes)
              DatasetImport__MaxEntries: string(maxEntries)
              DatasetImport__MaxEntryBytes: string(maxEntryBytes)
              DatasetImport__MaxLabelsBytes: string(maxLabelsBytes)
              DatasetImport__MaxNameBytes: string(maxNameBytes)
              DatasetImport__MaxRetryAfter: maxRetryAfter
              DatasetImport__MaxSongBytes: string(maxSongBytes)
              DatasetImport__MaxSourceBytes: string(maxSourceBytes)
              DatasetImport__MaxSourceTime: maxSourceTime
              DatasetImport__MaxTotalBytes: string(maxTotalBytes)
              DatasetImport__PartitionBytes: string(partitionBytes)
              DatasetImport__SampleCacheBytes: string(sampleCacheBytes)
              DatasetImport__SourceTimeout: sourceTimeout
              DatasetImport__StagedSourceRetention: stagedSourceRetention
              DatasetImport__WorkerTimeout: workerTimeout
            }
          )
        }
      ]
      scale: {
        minReplicas: minReplicas
        maxReplicas: maxReplicas
        rules: [
          {
            name: 'requests'
            http: {
              metadata: {
                concurrentRequests: '50'
              }
            }
          }
          {
            name: 'imports'
            custom: {
              type: 'azure-queue'
              identity: identityId
              metadata: {
                accountName: storageAccountName
                queueName: 'imports'
                // A replica works on two partitions at a time; messages being worked on count, so that it stays.
                queueLength: '2'
              }
            }
          }
        ]
      }
    }
  }
}

@description('Address of the import API.')
output DATASET_IMPORT_URL string = 'https://${app.properties.configuration.ingress.fqdn}'
