metadata description = 'Log Analytics and Application Insights. Both take Entra identities only: there is no key to leak.'

@description('Region of the resources.')
param location string

@description('Tags of every resource.')
param tags { *: string }

@description('Name of the Log Analytics workspace.')
param workspaceName string

@description('Name of the Application Insights.')
param applicationInsightsName string

@description('How many days logs, traces and metrics are kept. Up to 30 days cost nothing extra.')
@minValue(30)
@maxValue(730)
param retentionDays int

resource workspace 'Microsoft.OperationalInsights/workspaces@2025-07-01' = {
  name: workspaceName
  location: location
  tags: tags
  properties: {
    sku: {
      name: 'PerGB2018'
    }
    retentionInDays: retentionDays
    features: {
      disableLocalAuth: true
    }
  }
}

// Who sends telemetry here needs the role Monitoring Metrics Publisher on it.
resource applicationInsights 'Microsoft.Insights/components@2020-02-02' = {
  name: applicationInsightsName
  location: location
  tags: tags
  kind: 'web'
  properties: {
    Application_Type: 'web'
    WorkspaceResourceId: workspace.id
    DisableLocalAuth: true
  }
}

@description('Takes the logs of the containers and of Container Apps itself.')
output workspaceId string = workspace.id

@description('Where telemetry goes. Not a secret: without an identity it opens nothing.')
output applicationInsightsConnectionString string = applicationInsights.properties.ConnectionString
