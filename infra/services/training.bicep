metadata description = 'The training service: an app that serves its API and does evaluations, and a job that is started for every run in the queue.'

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

@description('Name of the storage account: KEDA scales on its queues.')
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

@description('What a run runs on: Consumption, or else the workload profile "training" of the environment.')
param workloadProfile string

@description('CPU cores of a run.')
param cpu string

@description('Memory of a run.')
param memory string

@description('How long a run may take, in hours.')
@minValue(1)
param timeoutHours int

@description('The most runs at a time.')
@minValue(1)
param maxRuns int

@description('The most replicas of the API.')
@minValue(1)
param apiMaxReplicas int = 3

@description('Where a run keeps the shards that it reads, on the container\'s own disk.')
param cacheDirectory string = '/tmp/genrecloud-shards'

@description('What these shards may take, in bytes; runs read what does not fit from the storage.')
param cacheMaxBytes int = 4294967296

@description('What decoded spectrograms may take on that disk besides, in bytes, so that they are decoded in a run\'s first epoch only; 0 keeps none.')
param decodedCacheMaxBytes int = 0

@description('How often a run\'s training is saved, besides at the end of each epoch: hours:minutes:seconds.')
param checkpointInterval string = '00:05:00'

@description('Threads inside one operation of libtorch, or of ONNX Runtime in evaluations; 0 = one for each core.')
param threads int = 0

// The worker looks like the API, but for what it is told to do.
var image = {
  name: 'training'
  image: imageName
  env: environmentVariables(
    {
      service: 'training'
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
      Training__CacheDirectory: cacheDirectory
      Training__CacheMaxBytes: string(cacheMaxBytes)
      Training__CheckpointInterval: checkpointInterval
      Training__DecodedCacheMaxBytes: string(decodedCacheMaxBytes)
      Training__Threads: string(threads)
    }
  )
}

var registries = [
  {
    server: registryEndpoint
    identity: identityId
  }
]

resource app 'Microsoft.App/containerApps@2026-01-01' = {
  name: 'training'
  location: location
  tags: {
    'azd-env-name': environmentName
    'azd-service-name': 'training'
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
      registries: registries
    }
    template: {
      containers: [
        {
          ...image
          args: ['api']
          // Registering a checkpoint takes 1 GB, in a process beside the service.
          resources: {
            cpu: json('1')
            memory: '2Gi'
          }
          probes: probes
        }
      ]
      scale: {
        minReplicas: 0
        maxReplicas: apiMaxReplicas
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
            name: 'evaluations'
            custom: {
              type: 'azure-queue'
              identity: identityId
              metadata: {
                accountName: storageAccountName
                queueName: 'evaluations'
                queueLength: '1'
              }
            }
          }
        ]
      }
    }
  }
}

// azd looks for one resource a service, the app: so the job has no azd-service-name.
resource job 'Microsoft.App/jobs@2026-01-01' = {
  name: 'training-run'
  location: location
  tags: {
    'azd-env-name': environmentName
  }
  identity: {
    type: 'UserAssigned'
    userAssignedIdentities: {
      '${identityId}': {}
    }
  }
  properties: {
    environmentId: containerAppsEnvironmentId
    workloadProfileName: workloadProfile == 'Consumption' ? 'Consumption' : 'training'
    configuration: {
      triggerType: 'Event'
      replicaTimeout: timeoutHours * 3600
      // The message of a run that was stopped comes back by itself, and starts the job again.
      replicaRetryLimit: 0
      registries: registries
      eventTriggerConfig: {
        parallelism: 1
        replicaCompletionCount: 1
        scale: {
          minExecutions: 0
          maxExecutions: maxRuns
          pollingInterval: 30
          rules: [
            {
              name: 'runs'
              type: 'azure-queue'
              identity: identityId
              metadata: {
                accountName: storageAccountName
                queueName: 'training'
                queueLength: '1'
              }
            }
          ]
        }
      }
    }
    template: {
      containers: [
        {
          ...image
          args: ['work']
          resources: {
            cpu: json(cpu)
            memory: memory
          }
        }
      ]
    }
  }
}

@description('Address of the training API.')
output TRAINING_URL string = 'https://${app.properties.configuration.ingress.fqdn}'
