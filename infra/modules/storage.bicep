metadata description = 'A storage account that knows identities only: no shared key, no anonymous blob, TLS 1.2.'

@description('Name of the account.')
@minLength(3)
@maxLength(24)
param name string

@description('Azure region.')
param location string

@description('Tags for the resources.')
param tags object

@description('Redundancy of the account.')
@allowed([
  'Standard_LRS'
  'Standard_ZRS'
  'Standard_GRS'
  'Standard_GZRS'
])
param skuName string

@description('Names of the blob containers to create.')
param containerNames string[]

@description('Lifecycle of the blobs under a prefix.')
param lifecycleRules lifecycleRule[]

@description('Days for which deleted blobs and containers can be brought back; 0 deletes them at once.')
@minValue(0)
@maxValue(365)
param softDeleteDays int

@description('Whether to log who deletes rows and blobs. For the account that holds the evidence.')
param logDeletes bool

@description('Whether to lock the account against deletion.')
param preventDeletion bool

@description('Whether it is reached over private endpoints only.')
param privateAccess bool

@description('Resource id of the workspace for diagnostics.')
param workspaceId string

@description('Principals and their built-in roles on the account. For one container, see container-role.bicep.')
param roleAssignments roleGrant[]

type lifecycleRule = {
  name: string
  prefix: string
  coolAfterDays: int
  deleteAfterDays: int
}

type roleGrant = {
  principalId: string
  role: string
}

var builtInRoles = {
  'Storage Blob Data Owner': 'b7e6dc6d-f1e8-4753-8033-0f276bb0955b'
  'Storage Queue Data Contributor': '974c5e8b-45b9-4653-ba55-5f855dd0fb88'
  'Storage Table Data Contributor': '0a9a7e1f-b9d0-4cc4-a60d-0319b160aaa3'
}

var softDelete = softDeleteDays > 0
  ? {
      enabled: true
      days: max(softDeleteDays, 1)
    }
  : {
      enabled: false
    }

var deleteLogs = logDeletes
  ? [
      {
        category: 'StorageDelete'
        enabled: true
      }
    ]
  : []

resource account 'Microsoft.Storage/storageAccounts@2026-06-01' = {
  name: name
  location: location
  tags: tags
  kind: 'StorageV2'
  sku: {
    name: skuName
  }
  properties: {
    accessTier: 'Hot'
    allowBlobPublicAccess: false
    allowCrossTenantReplication: false
    allowSharedKeyAccess: false
    defaultToOAuthAuthentication: true
    minimumTlsVersion: 'TLS1_2'
    publicNetworkAccess: privateAccess ? 'Disabled' : 'Enabled'
    supportsHttpsTrafficOnly: true
    networkAcls: {
      // Capture comes this way: Event Hubs is a trusted service, and shows its identity.
      bypass: 'AzureServices'
      defaultAction: privateAccess ? 'Deny' : 'Allow'
    }
  }
}

resource blobService 'Microsoft.Storage/storageAccounts/blobServices@2026-06-01' = {
  parent: account
  name: 'default'
  properties: {
    deleteRetentionPolicy: softDelete
    containerDeleteRetentionPolicy: softDelete
  }
}

resource containers 'Microsoft.Storage/storageAccounts/blobServices/containers@2026-06-01' = [for containerName in containerNames: {
  parent: blobService
  name: containerName
  properties: {
    publicAccess: 'None'
  }
}]

resource tableService 'Microsoft.Storage/storageAccounts/tableServices@2026-06-01' = {
  parent: account
  name: 'default'
}

resource lifecycle 'Microsoft.Storage/storageAccounts/managementPolicies@2026-06-01' = if (!empty(lifecycleRules)) {
  parent: account
  name: 'default'
  properties: {
    policy: {
      rules: [for rule in lifecycleRules: {
        enabled: true
        name: rule.name
        type: 'Lifecycle'
        definition: {
          filters: {
            blobTypes: [
              'blockBlob'
            ]
            prefixMatch: [
              rule.prefix
            ]
          }
          actions: {
            baseBlob: {
              tierToCool: {
                daysAfterModificationGreaterThan: rule.coolAfterDays
              }
              delete: {
                daysAfterModificationGreaterThan: rule.deleteAfterDays
              }
            }
          }
        }
      }]
    }
  }
  dependsOn: [
    blobService
  ]
}

resource accountRoles 'Microsoft.Authorization/roleAssignments@2022-04-01' = [for grant in roleAssignments: {
  name: guid(account.id, grant.principalId, grant.role)
  scope: account
  properties: {
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', builtInRoles[grant.role])
    principalId: grant.principalId
    principalType: 'ServicePrincipal'
  }
}]

resource deletionLock 'Microsoft.Authorization/locks@2020-05-01' = if (preventDeletion) {
  name: 'evidence'
  scope: account
  properties: {
    level: 'CanNotDelete'
    notes: 'Holds the ledger. Remove this lock on purpose before removing the account.'
  }
}

resource accountDiagnostics 'Microsoft.Insights/diagnosticSettings@2021-05-01-preview' = {
  name: 'to-workspace'
  scope: account
  properties: {
    workspaceId: workspaceId
    metrics: [
      {
        category: 'Transaction'
        enabled: true
      }
    ]
  }
}

resource tableDiagnostics 'Microsoft.Insights/diagnosticSettings@2021-05-01-preview' = {
  name: 'to-workspace'
  scope: tableService
  properties: {
    workspaceId: workspaceId
    logs: deleteLogs
    metrics: [
      {
        category: 'Transaction'
        enabled: true
      }
    ]
  }
}

resource blobDiagnostics 'Microsoft.Insights/diagnosticSettings@2021-05-01-preview' = {
  name: 'to-workspace'
  scope: blobService
  properties: {
    workspaceId: workspaceId
    logs: deleteLogs
    metrics: [
      {
        category: 'Transaction'
        enabled: true
      }
    ]
  }
}

@description('Resource id of the account.')
output id string = account.id

@description('Name of the account.')
output name string = account.name

@description('Blob endpoint, with a slash at its end.')
output blobEndpoint string = account.properties.primaryEndpoints.blob
