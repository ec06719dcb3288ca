metadata description = 'An Event Hubs namespace with one hub for usage events, its consumer group, and capture as a choice.'

@description('Name of the namespace.')
param namespaceName string

@description('Name of the hub.')
param hubName string

@description('Name of the consumer group that the meter reads with.')
param consumerGroupName string

@description('Azure region.')
param location string

@description('Tags for the resources.')
param tags object

@description('Throughput units at the start: 1 MB/s or 1,000 events/s in, each.')
@minValue(1)
@maxValue(40)
param throughputUnits int

@description('Throughput units that auto-inflate may reach; 0 turns auto-inflate off.')
@minValue(0)
@maxValue(40)
param maximumThroughputUnits int

@description('Partitions of the hub. In the Standard tier it cannot be changed later.')
@minValue(1)
@maxValue(32)
param partitionCount int

@description('Hours that events stay on the hub.')
@minValue(1)
@maxValue(168)
param retentionTimeInHours int

@description('Whether to write every event to blobs as it comes.')
param captureEnabled bool

@description('Resource id of the identity that capture writes with.')
param captureIdentityId string

@description('Resource id of the storage account for capture.')
param captureStorageAccountId string

@description('Name of the container for capture.')
param captureContainerName string

@description('Whether it is reached over private endpoints only.')
param privateAccess bool

@description('Resource id of the workspace for diagnostics.')
param workspaceId string

@description('Principals and their built-in roles on the hub.')
param roleAssignments roleGrant[]

type roleGrant = {
  principalId: string
  role: string
}

var builtInRoles = {
  'Azure Event Hubs Data Receiver': 'a638d3c7-ab3a-418d-83e6-5f17a39d4fde'
  'Azure Event Hubs Data Sender': '2b629674-e913-4c01-ae53-ef4638d8f975'
}

var captureDescription = {
  enabled: true
  encoding: 'Avro'
  intervalInSeconds: 300
  sizeLimitInBytes: 104857600
  skipEmptyArchives: true
  destination: {
    name: 'EventHubArchive.AzureBlockBlob'
    identity: {
      type: 'UserAssigned'
      userAssignedIdentity: captureIdentityId
    }
    properties: {
      storageAccountResourceId: captureStorageAccountId
      blobContainer: captureContainerName
      archiveNameFormat: '{Namespace}/{EventHub}/{PartitionId}/{Year}/{Month}/{Day}/{Hour}/{Minute}/{Second}'
    }
  }
}

resource eventHubsNamespace 'Microsoft.EventHub/namespaces@2026-01-01' = {
  name: namespaceName
  location: location
  tags: tags
  sku: {
    name: 'Standard'
    tier: 'Standard'
    capacity: throughputUnits
  }
  identity: captureEnabled
    ? {
        type: 'UserAssigned'
        userAssignedIdentities: {
          '${captureIdentityId}': {}
        }
      }
    : {
        type: 'None'
      }
  properties: {
    disableLocalAuth: true
    isAutoInflateEnabled: maximumThroughputUnits > throughputUnits
    maximumThroughputUnits: maximumThroughputUnits > throughputUnits ? maximumThroughputUnits : 0
    minimumTlsVersion: '1.2'
    publicNetworkAccess: privateAccess ? 'Disabled' : 'Enabled'
  }
}

resource hub 'Microsoft.EventHub/namespaces/eventhubs@2026-01-01' = {
  parent: eventHubsNamespace
  name: hubName
  properties: {
    partitionCount: partitionCount
    retentionDescription: {
      cleanupPolicy: 'Delete'
      retentionTimeInHours: retentionTimeInHours
    }
    captureDescription: captureEnabled ? captureDescription : null
  }
}

resource consumerGroup 'Microsoft.EventHub/namespaces/eventhubs/consumergroups@2026-01-01' = {
  parent: hub
  name: consumerGroupName
}

resource hubRoles 'Microsoft.Authorization/roleAssignments@2022-04-01' = [for grant in roleAssignments: {
  name: guid(hub.id, grant.principalId, grant.role)
  scope: hub
  properties: {
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', builtInRoles[grant.role])
    principalId: grant.principalId
    principalType: 'ServicePrincipal'
  }
}]

resource diagnostics 'Microsoft.Insights/diagnosticSettings@2021-05-01-preview' = {
  name: 'to-workspace'
  scope: eventHubsNamespace
  properties: {
    workspaceId: workspaceId
    logs: [
      {
        category: 'OperationalLogs'
        enabled: true
      }
      {
        category: 'AutoScaleLogs'
        enabled: true
      }
    ]
    metrics: [
      {
        category: 'AllMetrics'
        enabled: true
      }
    ]
  }
}

@description('Resource id of the namespace.')
output namespaceId string = eventHubsNamespace.id

@description('Host name of the namespace, for producers.')
output namespaceFqdn string = replace(replace(eventHubsNamespace.properties.serviceBusEndpoint, 'https://', ''), ':443/', '')

@description('Name of the hub, for producers.')
output hubName string = hub.name

@description('Name of the consumer group.')
output consumerGroupName string = consumerGroup.name
