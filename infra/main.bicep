targetScope = 'subscription'

metadata description = 'Everything that GenreCloud needs in Azure but the services themselves, which are deployed from services/*.bicep.'

@description('Name of the azd environment; names the resource group and tags every resource.')
@minLength(1)
@maxLength(64)
param environmentName string

@description('Region of all resources.')
@minLength(1)
param location string

@description('Who may call the APIs: IP address ranges in CIDR notation, separated by commas; 0.0.0.0/0 is everyone. Empty: nobody from outside the environment. They need an API key besides.')
param allowedIpRanges string = ''

@description('Whose tokens the services take besides API keys: https://login.microsoftonline.com/TENANT/v2.0. Empty: API keys alone.')
param entraAuthority string = ''

@description('Whom the tokens have to be for: the client id or the application id URI of an app registration. Goes with entraAuthority.')
param entraAudience string = ''

// Not a bool: where the variable is not one ("yes"), azd would take the default without a word, and deploy a public account.
@description('Whether storage is reached through a virtual network and private endpoints only.')
param privateNetwork 'true' | 'false' = 'false'

@description('Address range of the virtual network in CIDR notation, /22 or larger.')
param networkAddressPrefix string = '10.42.0.0/16'

@description('How many copies of the data there are and where.')
param storageSku 'Standard_LRS' | 'Standard_ZRS' | 'Standard_GRS' | 'Standard_GZRS' = 'Standard_LRS'

@description('How many days logs, traces and metrics are kept.')
@minValue(30)
@maxValue(730)
param logRetentionDays int = 30

@description('The fewest replicas of the import service; 0 costs nothing while nobody imports.')
@minValue(0)
@maxValue(100)
param datasetImportMinReplicas int = 0

@description('The most replicas of the import service, and so of imports at a time.')
@minValue(1)
@maxValue(100)
param datasetImportMaxReplicas int = 4

@description('The fewest replicas of the inference service; with 0 the first request after a pause waits for a container to start.')
@minValue(0)
@maxValue(100)
param inferenceMinReplicas int = 0

@description('The most replicas of the inference service.')
@minValue(1)
@maxValue(100)
param inferenceMaxReplicas int = 10

@description('How many requests at a time one replica of the inference service takes before another one is started.')
@minValue(1)
@maxValue(1000)
param inferenceConcurrentRequests int = 10

@description('The fewest replicas of the dashboard; with 0 the first page after a pause waits for a container to start.')
@minValue(0)
@maxValue(100)
param dashboardMinReplicas int = 0

@description('The most replicas of the dashboard.')
@minValue(1)
@maxValue(100)
param dashboardMaxReplicas int = 3

@description('What a training run runs on. Profiles that begin with Consumption are paid by the second, the others by the machine while a run needs one; NC ones have a GPU.')
param trainingWorkloadProfile
  | 'Consumption'
  | 'Consumption-GPU-NC8as-T4'
  | 'Consumption-GPU-NC24-A100'
  | 'D4'
  | 'D8'
  | 'D16'
  | 'D32'
  | 'E4'
  | 'E8'
  | 'E16'
  | 'E32' = 'Consumption'

@description('CPU cores of a training run, as the workload profile allows; Consumption: at most 4.')
param trainingCpu string = '4'

@description('Memory of a training run, as the workload profile allows; Consumption: twice as many GiB as cores.')
param trainingMemory string = '8Gi'

@description('How long a training run may take, in hours; past that its container is stopped and the run is tried again.')
@minValue(1)
@maxValue(168)
param trainingTimeoutHours int = 24

@description('The most training runs at a time.')
@minValue(1)
@maxValue(100)
param trainingMaxRuns int = 2

// Without regard to case, lest a True that Resource Manager lets pass would be taken for false.
var isPrivate = privateNetwork =~ 'true'

var tags = { 'azd-env-name': environmentName }
var token = uniqueString(subscription().id, environmentName, location)

var names = {
  applicationInsights: 'appi-${token}'
  containerAppsEnvironment: 'cae-${token}'
  registry: 'cr${token}'
  storageAccount: 'st${token}'
  virtualNetwork: 'vnet-${token}'
  workspace: 'log-${token}'
}

resource resourceGroup 'Microsoft.Resources/resourceGroups@2025-04-01' = {
  name: 'rg-${environmentName}'
  location: location
  tags: tags
}

module monitoring 'modules/monitoring.bicep' = {
  scope: resourceGroup
  params: {
    location: location
    tags: tags
    workspaceName: names.workspace
    applicationInsightsName: names.applicationInsights
    retentionDays: logRetentionDays
  }
}

module registry 'modules/registry.bicep' = {
  scope: resourceGroup
  params: {
    location: location
    tags: tags
    name: names.registry
  }
}

module storage 'modules/storage.bicep' = {
  scope: resourceGroup
  params: {
    location: location
    tags: tags
    name: names.storageAccount
    sku: storageSku
    privateOnly: isPrivate
  }
}

module network 'modules/network.bicep' = if (isPrivate) {
  scope: resourceGroup
  params: {
    location: location
    tags: tags
    name: names.virtualNetwork
    addressPrefix: networkAddressPrefix
  }
}

module privateEndpoints 'modules/private-endpoints.bicep' = if (isPrivate) {
  scope: resourceGroup
  params: {
    location: location
    tags: tags
    token: token
    networkId: network!.outputs.id
    subnetId: network!.outputs.privateEndpointsSubnetId
    storageAccountId: storage.outputs.id
  }
}

module containerAppsEnvironment 'modules/environment.bicep' = {
  scope: resourceGroup
  params: {
    location: location
    tags: tags
    name: names.containerAppsEnvironment
    workspaceId: monitoring.outputs.workspaceId
    subnetId: isPrivate ? network!.outputs.containerAppsSubnetId : ''
    trainingWorkloadProfile: trainingWorkloadProfile
    trainingMaxMachines: trainingMaxRuns
  }
}

module datasetImportIdentity 'modules/identity.bicep' = {
  scope: resourceGroup
  params: {
    location: location
    tags: tags
    name: 'id-dataset-import-${token}'
    registryName: names.registry
    applicationInsightsName: names.applicationInsights
    storageAccountName: names.storageAccount
    // A dataset version that a run or an evaluation uses is not deleted.
    readsContainers: ['access', 'evaluations', 'runs']
    writesContainers: ['datasets', 'imports', 'sources']
    worksOnQueues: ['imports']
    sendsToQueues: ['imports-poison']
  }
  dependsOn: [monitoring, registry, storage]
}

module trainingIdentity 'modules/identity.bicep' = {
  scope: resourceGroup
  params: {
    location: location
    tags: tags
    name: 'id-training-${token}'
    registryName: names.registry
    applicationInsightsName: names.applicationInsights
    storageAccountName: names.storageAccount
    readsContainers: ['access', 'datasets']
    writesContainers: ['evaluations', 'registry', 'runs']
    worksOnQueues: ['evaluations', 'training']
    sendsToQueues: ['evaluations-poison', 'training-poison']
  }
  dependsOn: [monitoring, registry, storage]
}

module inferenceIdentity 'modules/identity.bicep' = {
  scope: resourceGroup
  params: {
    location: location
    tags: tags
    name: 'id-inference-${token}'
    registryName: names.registry
    applicationInsightsName: names.applicationInsights
    storageAccountName: names.storageAccount
    // A version that is promoted is compared by what was measured.
    readsContainers: ['evaluations']
    // It moves aliases, and makes API keys, too.
    writesContainers: ['access', 'monitor', 'registry', 'webhooks']
    worksOnQueues: ['webhooks']
    sendsToQueues: ['webhooks-poison']
  }
  dependsOn: [monitoring, registry, storage]
}

module dashboardIdentity 'modules/identity.bicep' = {
  scope: resourceGroup
  params: {
    location: location
    tags: tags
    name: 'id-dashboard-${token}'
    registryName: names.registry
    applicationInsightsName: names.applicationInsights
    storageAccountName: names.storageAccount
    readsContainers: ['access']
    // What its cookies are encrypted with; everything else it asks the services for.
    writesContainers: ['dashboard']
    worksOnQueues: []
    sendsToQueues: []
  }
  dependsOn: [monitoring, registry, storage]
}

// azd keeps the outputs in its environment, where services/*.bicepparam read them, and writes them to the services' user
// secrets on the machine that deploys: none may be named like a configuration key.

@description('Region of all resources.')
output AZURE_LOCATION string = location

@description('Where azd deploys the services to.')
output AZURE_RESOURCE_GROUP string = resourceGroup.name

@description('Where azd pushes the images to.')
output AZURE_CONTAINER_REGISTRY_ENDPOINT string = registry.outputs.loginServer

@description('Resource id of the Container Apps environment.')
output AZURE_CONTAINER_APPS_ENVIRONMENT_ID string = containerAppsEnvironment.outputs.id

@description('What the host names of the services end with.')
output AZURE_CONTAINER_APPS_ENVIRONMENT_DEFAULT_DOMAIN string = containerAppsEnvironment.outputs.defaultDomain

@description('Where telemetry goes.')
output AZURE_APPLICATION_INSIGHTS_CONNECTION_STRING string = monitoring.outputs.applicationInsightsConnectionString

@description('Name of the storage account.')
output AZURE_STORAGE_ACCOUNT_NAME string = names.storageAccount

@description('Where the containers are.')
output AZURE_STORAGE_BLOB_ENDPOINT string = storage.outputs.blobEndpoint

@description('Where the queues are.')
output AZURE_STORAGE_QUEUE_ENDPOINT string = storage.outputs.queueEndpoint

@description('Resource id of the identity of the import service.')
output DATASET_IMPORT_IDENTITY_ID string = datasetImportIdentity.outputs.id

@description('Client id of the identity of the import service.')
output DATASET_IMPORT_CLIENT_ID string = datasetImportIdentity.outputs.clientId

@description('Resource id of the identity of the training service.')
output TRAINING_IDENTITY_ID string = trainingIdentity.outputs.id

@description('Client id of the identity of the training service.')
output TRAINING_CLIENT_ID string = trainingIdentity.outputs.clientId

@description('Resource id of the identity of the inference service.')
output INFERENCE_IDENTITY_ID string = inferenceIdentity.outputs.id

@description('Client id of the identity of the inference service.')
output INFERENCE_CLIENT_ID string = inferenceIdentity.outputs.clientId

@description('Resource id of the identity of the dashboard.')
output DASHBOARD_IDENTITY_ID string = dashboardIdentity.outputs.id

@description('Client id of the identity of the dashboard.')
output DASHBOARD_CLIENT_ID string = dashboardIdentity.outputs.clientId

@description('Who may call the APIs.')
output ALLOWED_IP_RANGES string = allowedIpRanges

@description('Whose tokens the services take besides API keys.')
output ENTRA_AUTHORITY string = entraAuthority

@description('Whom the tokens have to be for.')
output ENTRA_AUDIENCE string = entraAudience

@description('The fewest replicas of the import service.')
output DATASET_IMPORT_MIN_REPLICAS int = datasetImportMinReplicas

@description('The most replicas of the import service.')
output DATASET_IMPORT_MAX_REPLICAS int = datasetImportMaxReplicas

@description('The fewest replicas of the inference service.')
output INFERENCE_MIN_REPLICAS int = inferenceMinReplicas

@description('The most replicas of the inference service.')
output INFERENCE_MAX_REPLICAS int = inferenceMaxReplicas

@description('How many requests at a time one replica of the inference service takes.')
output INFERENCE_CONCURRENT_REQUESTS int = inferenceConcurrentRequests

@description('The fewest replicas of the dashboard.')
output DASHBOARD_MIN_REPLICAS int = dashboardMinReplicas

@description('The most replicas of the dashboard.')
output DASHBOARD_MAX_REPLICAS int = dashboardMaxReplicas

@description('What a training run runs on.')
output TRAINING_WORKLOAD_PROFILE string = trainingWorkloadProfile

@description('CPU cores of a training run.')
output TRAINING_CPU string = trainingCpu

@description('Memory of a training run.')
output TRAINING_MEMORY string = trainingMemory

@description('How long a training run may take, in hours.')
output TRAINING_TIMEOUT_HOURS int = trainingTimeoutHours

@description('The most training runs at a time.')
output TRAINING_MAX_RUNS int = trainingMaxRuns
