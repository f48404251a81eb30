metadata description = 'The dashboard: web pages over the three services.'

import { environmentVariables, ingress, probes } from 'container.bicep'

@description('Name of the azd environment.')
param environmentName string

@description('Region of the Container Apps environment.')
param location string

@description('Resource id of the Container Apps environment.')
param containerAppsEnvironmentId string

@description('What the host names of the services end with.')
param environmentDomain string

@description('Host name of the registry of the image.')
param registryEndpoint string

@description('The image, with registry and tag.')
param imageName string

@description('Resource id of the identity that the dashboard runs as.')
param identityId string

@description('Client id of the identity that the dashboard runs as.')
param identityClientId string

@description('Where the containers are.')
param blobEndpoint string

@description('Where the queues are.')
param queueEndpoint string

@description('Where telemetry goes.')
param applicationInsightsConnectionString string

@description('Who may open the pages: IP address ranges separated by commas; empty for nobody from outside the environment.')
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
param concurrentRequests int = 50

@description('CPU cores of a replica.')
param cpu string = '0.5'

@description('Memory of a replica.')
param memory string = '1Gi'

// A service that nobody from outside may call has a host name of its own, which only the environment knows.
var servicesDomain = empty(allowedIpRanges) ? 'internal.${environmentDomain}' : environmentDomain

resource app 'Microsoft.App/containerApps@2026-01-01' = {
  name: 'dashboard'
  location: location
  tags: {
    'azd-env-name': environmentName
    'azd-service-name': 'dashboard'
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
      // An open page has its state in one replica, and comes back to that one.
      ingress: union(ingress(allowedIpRanges), { stickySessions: { affinity: 'sticky' } })
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
          name: 'dashboard'
          image: imageName
          resources: {
            cpu: json(cpu)
            memory: memory
          }
          probes: probes
          env: environmentVariables(
            {
              service: 'dashboard'
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
              Dashboard__DatasetImportUrl: 'https://dataset-import.${servicesDomain}'
              Dashboard__InferenceUrl: 'https://inference.${servicesDomain}'
              Dashboard__ServicesInProcess: 'false'
              Dashboard__TrainingUrl: 'https://training.${servicesDomain}'
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

@description('Address of the dashboard.')
output DASHBOARD_URL string = 'https://${app.properties.configuration.ingress.fqdn}'
