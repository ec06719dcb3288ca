metadata description = 'One role for one principal on one blob container, and on nothing else of its account.'

@description('Name of the storage account.')
param accountName string

@description('Name of the container.')
param containerName string

@description('Object id of the principal.')
param principalId string

@description('Built-in role to give.')
param role string

var builtInRoles = {
  'Storage Blob Data Contributor': 'ba92f5b4-2d11-453d-a403-e96b0029c9fe'
}

resource account 'Microsoft.Storage/storageAccounts@2026-06-01' existing = {
  name: accountName
}

resource blobService 'Microsoft.Storage/storageAccounts/blobServices@2026-06-01' existing = {
  parent: account
  name: 'default'
}

resource container 'Microsoft.Storage/storageAccounts/blobServices/containers@2026-06-01' existing = {
  parent: blobService
  name: containerName
}

resource containerRole 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(container.id, principalId, role)
  scope: container
  properties: {
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', builtInRoles[role])
    principalId: principalId
    principalType: 'ServicePrincipal'
  }
}
