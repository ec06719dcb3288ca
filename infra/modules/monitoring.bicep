metadata description = 'A Log Analytics workspace, and Application Insights on it.'

@description('Name of the workspace.')
param workspaceName string

@description('Name of the Application Insights component.')
param appInsightsName string

@description('Azure region.')
param location string

@description('Tags for the resources.')
param tags object

@description('Days that logs are kept.')
@minValue(30)
@maxValue(730)
param retentionInDays int

@description('Gigabytes of logs taken in a day at most; -1 means no limit.')
param dailyQuotaGb int

@description('Principals and their built-in roles on the Application Insights component.')
param roleAssignments roleGrant[]

type roleGrant = {
  principalId: string
  role: string
}

var builtInRoles = {
  'Monitoring Metrics Publisher': '3913510d-42f4-4e42-8a64-420c390055eb'
}

resource workspace 'Microsoft.OperationalInsights/workspaces@2026-03-01' = {
  name: workspaceName
  location: location
  tags: tags
  properties: {
    sku: {
      name: 'PerGB2018'
    }
    retentionInDays: retentionInDays
    workspaceCapping: {
      dailyQuotaGb: dailyQuotaGb
    }
    features: {
      enableLogAccessUsingOnlyResourcePermissions: true
      disableLocalAuth: true
    }
  }
}

resource appInsights 'Microsoft.Insights/components@2020-02-02' = {
  name: appInsightsName
  location: location
  tags: tags
  kind: 'web'
  properties: {
    Application_Type: 'web'
    WorkspaceResourceId: workspace.id
    IngestionMode: 'LogAnalytics'
    DisableLocalAuth: true
  }
}

resource appInsightsRoles 'Microsoft.Authorization/roleAssignments@2022-04-01' = [for grant in roleAssignments: {
  name: guid(appInsights.id, grant.principalId, grant.role)
  scope: appInsights
  properties: {
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', builtInRoles[grant.role])
    principalId: grant.principalId
    principalType: 'ServicePrincipal'
  }
}]

@description('Resource id of the workspace.')
output workspaceId string = workspace.id

@description('Connection string of Application Insights. It names the endpoint; sending needs a role.')
output appInsightsConnectionString string = appInsights.properties.ConnectionString
