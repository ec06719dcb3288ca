metadata description = 'The Durable Task Scheduler with its task hub: a choice instead of queues and tables of the storage account.'

@description('Name of the scheduler.')
@minLength(3)
@maxLength(64)
param name string

@description('Name of the task hub; the hubName of host.json.')
@minLength(3)
@maxLength(64)
param taskHubName string

@description('Azure region.')
param location string

@description('Tags for the resource.')
param tags object

@description('Billing model of the scheduler.')
@allowed([
  'Consumption'
  'Dedicated'
])
param skuName string

@description('Addresses that may call the scheduler; callers need a role as well. An empty list would refuse everybody.')
param ipAllowlist string[]

@description('Principals and their built-in roles on the task hub.')
param roleAssignments roleGrant[]

type roleGrant = {
  principalId: string
  role: string
}

var builtInRoles = {
  'Durable Task Data Contributor': '0ad04412-c4d5-4796-b79c-f76d14c8d402'
}

// The Dedicated model is bought in capacity units; Consumption has none.
var sku = skuName == 'Dedicated'
  ? {
      name: skuName
      capacity: 1
    }
  : {
      name: skuName
    }

resource scheduler 'Microsoft.DurableTask/schedulers@2025-11-01' = {
  name: name
  location: location
  tags: tags
  properties: {
    ipAllowlist: ipAllowlist
    sku: sku
  }
}

resource taskHub 'Microsoft.DurableTask/schedulers/taskHubs@2025-11-01' = {
  parent: scheduler
  name: taskHubName
}

resource taskHubRoles 'Microsoft.Authorization/roleAssignments@2022-04-01' = [for grant in roleAssignments: {
  name: guid(taskHub.id, grant.principalId, grant.role)
  scope: taskHub
  properties: {
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', builtInRoles[grant.role])
    principalId: grant.principalId
    principalType: 'ServicePrincipal'
  }
}]

@description('Address of the scheduler.')
output endpoint string = scheduler.properties.endpoint
