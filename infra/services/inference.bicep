metadata description = 'The inference service: answers spectrograms with genres, by the models of the registry.'

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

@description('How many requests at a time one replica takes before another one is started.')
@minValue(1)
param concurrentRequests int

@description('CPU cores of a replica.')
param cpu string = '1'

@description('Memory of a replica.')
param memory string = '2Gi'

@description('The largest body of a request to classify, and the largest file of a batch, in bytes.')
param maxRequestBytes int = 67108864

@description('The longest song that is classified.')
param maxSongDuration string = '00:20:00'

@description('How many files one request may have.')
param maxBatchFiles int = 1000

@description('Threads inside one prediction; 0 = one for each core. As many predictions run at once as these fit into the cores.')
param intraOpThreads int = 1

@description('How many requests may wait for each prediction that can run at once.')
param maxQueuedRequestsPerRun int = 4

@description('The memory that bodies may take together until they are answered, in bytes.')
param maxWaitingBytes int = 268435456

@description('How long a request may take.')
param maxRequestDuration string = '00:01:00'

@description('The memory that loaded model versions may take together, in bytes.')
param modelMemoryBytes int = 1073741824

@description('How often the registry is asked which versions are in production.')
param refreshInterval string = '00:00:02'

resource app 'Microsoft.App/containerApps@2026-01-01' = {
  name: 'inference'
  location: location
  tags: {
    'azd-env-name': environmentName
    'azd-service-name': 'inference'
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
          name: 'inference'
          image: imageName
          resources: {
            cpu: json(cpu)
            memory: memory
          }
          probes: probes
          env: environmentVariables(
            {
              service: 'inference'
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
              Inference__IntraOpThreads: string(intraOpThreads)
              Inference__MaxBatchFiles: string(maxBatchFiles)
              Inference__MaxQueuedRequestsPerRun: string(maxQueuedRequestsPerRun)
              Inference__MaxRequestBytes: string(maxRequestBytes)
              Inference__MaxRequestDuration: maxRequestDuration
              Inference__MaxSongDuration: maxSongDuration
              Inference__MaxWaitingBytes: string(maxWaitingBytes)
              Inference__ModelMemoryBytes: string(modelMemoryBytes)
              Inference__RefreshInterval: refreshInterval
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
                concurrentRequests: string(concurrentRequests)
              }
            }
          }
        ]
      }
    }
  }
}

@description('Address of the inference API.')
output INFERENCE_URL string = 'https://${app.properties.configuration.ingress.fqdn}'
