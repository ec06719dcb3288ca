metadata description = 'Everything that the metering app needs in one resource group. See README.md.'

targetScope = 'resourceGroup'

@description('Name of the environment, such as dev or prod. Part of every name.')
@minLength(2)
@maxLength(8)
param environmentName string

@description('Start of every name.')
@minLength(2)
@maxLength(8)
param workloadName string = 'meter'

@description('Azure region.')
param location string = resourceGroup().location

@description('Redundancy of the storage accounts.')
@allowed([
  'Standard_LRS'
  'Standard_ZRS'
  'Standard_GRS'
  'Standard_GZRS'
])
param storageSkuName string

@description('Whether the account with the ledger is locked against deletion.')
param protectLedger bool

@description('Name of the container for exports.')
param exportContainerName string = 'exports'

@description('Days after which exports move to the cool tier.')
@minValue(1)
param exportCoolAfterDays int = 30

@description('Days after which exports are deleted.')
@minValue(1)
param exportDeleteAfterDays int = 730

@description('Whether to deploy Event Hubs. Without it, POST /api/events goes to the licenses directly.')
param deployEventHubs bool

@description('Name of the hub for usage events.')
param eventHubName string = 'usage'

@description('Consumer group that the meter reads with.')
param eventHubConsumerGroupName string = 'metering'

@description('Partitions of the hub. It cannot be changed later.')
@minValue(1)
@maxValue(32)
param eventHubPartitionCount int = 4

@description('Throughput units at the start.')
@minValue(1)
@maxValue(40)
param eventHubThroughputUnits int = 1

@description('Throughput units that auto-inflate may reach; 0 turns it off.')
@minValue(0)
@maxValue(40)
param eventHubMaximumThroughputUnits int = 0

@description('Hours that events stay on the hub.')
@minValue(1)
@maxValue(168)
param eventHubRetentionHours int = 72

@description('Whether to write every event to blobs as it comes.')
param captureEvents bool = false

@description('Days after which captured events are deleted.')
@minValue(1)
param captureDeleteAfterDays int = 90

@description('Object ids of service principals and managed identities that may send events to the hub.')
param producerPrincipalIds string[] = []

@description('Control queues of the task hub in the storage account. It cannot be changed while the task hub is in use.')
@minValue(1)
@maxValue(16)
param durablePartitionCount int = 4

@description('Whether to deploy a key vault for the key that signs lease tokens.')
param deployKeyVault bool

@description('Name of the secret with the key that signs lease tokens.')
param leaseSigningKeySecretName string = 'lease-signing-key'

@description('Name of the secret with the key that signed before a rotation, as long as its leases may stand; else empty.')
param previousLeaseSigningKeySecretName string = ''

@description('Whether the app reaches storage, Event Hubs and key vault through a virtual network, and nobody reaches them another way.')
param privateNetwork bool = false

@description('Addresses of the virtual network, /24 or larger. Not those of a network that it is to be peered with.')
param networkAddressPrefix string = '10.20.0.0/24'

@description('Memory of an instance.')
@allowed([
  512
  2048
  4096
])
param instanceMemoryMB int = 2048

@description('Instances that the app may grow to.')
@minValue(1)
@maxValue(1000)
param maximumInstanceCount int = 100

@description('HTTP requests that one instance takes at a time.')
@minValue(1)
@maxValue(1000)
param httpPerInstanceConcurrency int = 100

@description('Instances that are always running, by group: http, durable, or function:IngestUsage.')
param alwaysReady alwaysReadyGroup[] = []

@description('Whether instances are spread over availability zones.')
param zoneRedundant bool = false

@description('Tokens of operators and producers: name, SHA-256 hash of the value in hexadecimal, scopes. No token itself.')
param apiTokens apiToken[] = []

@description('How long a request waits for its answer before it gets 503 busy.')
param answerWaitMilliseconds int = 5000

@description('Days that an idempotency key is remembered.')
param idempotencyDays int = 35

@description('Days that ledger entries, rollups and deleted licenses are kept; not fewer than idempotencyDays.')
param ledgerRetentionDays int = 400

@description('Hours within which a late event still counts in its own period and day.')
param lateWindowHours int = 24

@description('Further settings of the app by name, such as Metering__CatalogCacheSeconds (docs/options.md). No secrets.')
param additionalSettings object = {}

@description('Days that logs are kept.')
@minValue(30)
@maxValue(730)
param logRetentionDays int = 30

@description('Gigabytes of logs taken in a day at most; -1 means no limit.')
param logDailyQuotaGb int = -1

@description('Who gets mail from alerts.')
param alertEmailAddresses string[] = []

@description('Seconds that the oldest event of a batch may have waited before an alert.')
param ingestLagAlertSeconds int = 120

@description('Answers with a status of 500 or more, within five minutes, before an alert.')
param serverErrorAlertCount int = 10

@description('Tags for every resource.')
param tags object = {}

type alwaysReadyGroup = {
  name: string
  instanceCount: int
}

type apiToken = {
  name: string
  @minLength(64)
  @maxLength(64)
  sha256: string
  scopes: string
}

var suffix = uniqueString(resourceGroup().id, workloadName, environmentName)
var baseName = '${workloadName}-${environmentName}'
var allTags = union(tags, {
  workload: workloadName
  environment: environmentName
})
var packageContainerName = 'app-package'
var captureContainerName = 'captures'
var useCapture = deployEventHubs && captureEvents
var zones = {
  blob: 'privatelink.blob.${environment().suffixes.storage}'
  queue: 'privatelink.queue.${environment().suffixes.storage}'
  table: 'privatelink.table.${environment().suffixes.storage}'
  namespace: 'privatelink.servicebus.windows.net'
  vault: 'privatelink.vaultcore.azure.net'
}
var exportLifecycle = [
  {
    name: 'exports'
    prefix: '${exportContainerName}/'
    coolAfterDays: exportCoolAfterDays
    deleteAfterDays: exportDeleteAfterDays
  }
]
var captureLifecycle = [
  {
    name: 'captures'
    prefix: '${captureContainerName}/'
    coolAfterDays: 7
    deleteAfterDays: captureDeleteAfterDays
  }
]

module appIdentity 'modules/identity.bicep' = {
  name: 'app-identity'
  params: {
    name: 'id-${baseName}-app'
    location: location
    tags: allTags
  }
}

module captureIdentity 'modules/identity.bicep' = if (useCapture) {
  name: 'capture-identity'
  params: {
    name: 'id-${baseName}-capture'
    location: location
    tags: allTags
  }
}

module monitoring 'modules/monitoring.bicep' = {
  name: 'monitoring'
  params: {
    workspaceName: 'log-${baseName}-${suffix}'
    appInsightsName: 'appi-${baseName}-${suffix}'
    location: location
    tags: allTags
    retentionInDays: logRetentionDays
    dailyQuotaGb: logDailyQuotaGb
    roleAssignments: [
      {
        principalId: appIdentity.outputs.principalId
        role: 'Monitoring Metrics Publisher'
      }
    ]
  }
}

// The host's account: deployed package, checkpoints of the hub, queues and tables of the task hub.
module hostStorage 'modules/storage.bicep' = {
  name: 'host-storage'
  params: {
    name: 'sthost${suffix}'
    location: location
    tags: allTags
    skuName: storageSkuName
    containerNames: [
      packageContainerName
    ]
    lifecycleRules: []
    // Checkpoints and leases of the hub are written over all the time, and soft delete would keep, and bill, each old one.
    softDeleteDays: 0
    logDeletes: false
    preventDeletion: false
    privateAccess: privateNetwork
    workspaceId: monitoring.outputs.workspaceId
    roleAssignments: [
      {
        principalId: appIdentity.outputs.principalId
        role: 'Storage Blob Data Owner'
      }
      {
        principalId: appIdentity.outputs.principalId
        role: 'Storage Queue Data Contributor'
      }
      {
        principalId: appIdentity.outputs.principalId
        role: 'Storage Table Data Contributor'
      }
    ]
  }
}

// The meter's account: ledger, rollups, licenses, catalog, dead letters, exports. The evidence is here.
module meteringStorage 'modules/storage.bicep' = {
  name: 'metering-storage'
  params: {
    name: 'stmeter${suffix}'
    location: location
    tags: allTags
    skuName: storageSkuName
    containerNames: useCapture
      ? [
          exportContainerName
          captureContainerName
        ]
      : [
          exportContainerName
        ]
    lifecycleRules: useCapture ? concat(exportLifecycle, captureLifecycle) : exportLifecycle
    softDeleteDays: 7
    logDeletes: true
    preventDeletion: protectLedger
    privateAccess: privateNetwork
    workspaceId: monitoring.outputs.workspaceId
    roleAssignments: [
      {
        principalId: appIdentity.outputs.principalId
        role: 'Storage Table Data Contributor'
      }
    ]
  }
}

module exportRole 'modules/container-role.bicep' = {
  name: 'export-role'
  params: {
    accountName: meteringStorage.outputs.name
    containerName: exportContainerName
    principalId: appIdentity.outputs.principalId
    role: 'Storage Blob Data Contributor'
  }
}

module captureRole 'modules/container-role.bicep' = if (useCapture) {
  name: 'capture-role'
  params: {
    accountName: meteringStorage.outputs.name
    containerName: captureContainerName
    principalId: captureIdentity!.outputs.principalId
    role: 'Storage Blob Data Contributor'
  }
}

module eventHubs 'modules/eventhubs.bicep' = if (deployEventHubs) {
  name: 'event-hubs'
  params: {
    namespaceName: 'evhns-${baseName}-${suffix}'
    hubName: eventHubName
    consumerGroupName: eventHubConsumerGroupName
    location: location
    tags: allTags
    throughputUnits: eventHubThroughputUnits
    maximumThroughputUnits: eventHubMaximumThroughputUnits
    partitionCount: eventHubPartitionCount
    retentionTimeInHours: eventHubRetentionHours
    captureEnabled: useCapture
    captureIdentityId: useCapture ? captureIdentity!.outputs.id : ''
    captureStorageAccountId: meteringStorage.outputs.id
    captureContainerName: captureContainerName
    privateAccess: privateNetwork
    workspaceId: monitoring.outputs.workspaceId
    roleAssignments: concat(
      [
        {
          principalId: appIdentity.outputs.principalId
          role: 'Azure Event Hubs Data Receiver'
        }
        {
          principalId: appIdentity.outputs.principalId
          role: 'Azure Event Hubs Data Sender'
        }
      ],
      map(producerPrincipalIds, id => {
        principalId: id
        role: 'Azure Event Hubs Data Sender'
      })
    )
  }
  // Capture is refused when its identity may not write yet.
  dependsOn: [
    captureRole
  ]
}

module keyVault 'modules/key-vault.bicep' = if (deployKeyVault) {
  name: 'key-vault'
  params: {
    name: 'kv-${suffix}'
    location: location
    tags: allTags
    privateAccess: privateNetwork
    workspaceId: monitoring.outputs.workspaceId
    roleAssignments: [
      {
        principalId: appIdentity.outputs.principalId
        role: 'Key Vault Secrets User'
      }
    ]
  }
}

module network 'modules/network.bicep' = if (privateNetwork) {
  name: 'network'
  params: {
    name: 'vnet-${baseName}'
    location: location
    tags: allTags
    addressPrefix: networkAddressPrefix
    zoneNames: concat(
      [
        zones.blob
        zones.queue
        zones.table
      ],
      deployEventHubs ? [zones.namespace] : [],
      deployKeyVault ? [zones.vault] : []
    )
  }
}

module hostStorageEndpoints 'modules/private-endpoint.bicep' = [for service in ['blob', 'queue', 'table']: if (privateNetwork) {
  name: 'host-storage-${service}-endpoint'
  params: {
    name: 'pe-${baseName}-host-${service}'
    location: location
    tags: allTags
    subnetId: network!.outputs.endpointSubnetId
    targetId: hostStorage.outputs.id
    service: service
    zoneName: zones[service]
  }
}]

module meteringStorageEndpoints 'modules/private-endpoint.bicep' = [for service in ['blob', 'table']: if (privateNetwork) {
  name: 'metering-storage-${service}-endpoint'
  params: {
    name: 'pe-${baseName}-meter-${service}'
    location: location
    tags: allTags
    subnetId: network!.outputs.endpointSubnetId
    targetId: meteringStorage.outputs.id
    service: service
    zoneName: zones[service]
  }
}]

module eventHubsEndpoint 'modules/private-endpoint.bicep' = if (privateNetwork && deployEventHubs) {
  name: 'event-hubs-endpoint'
  params: {
    name: 'pe-${baseName}-event-hubs'
    location: location
    tags: allTags
    subnetId: network!.outputs.endpointSubnetId
    targetId: eventHubs!.outputs.namespaceId
    service: 'namespace'
    zoneName: zones.namespace
  }
}

module keyVaultEndpoint 'modules/private-endpoint.bicep' = if (privateNetwork && deployKeyVault) {
  name: 'key-vault-endpoint'
  params: {
    name: 'pe-${baseName}-key-vault'
    location: location
    tags: allTags
    subnetId: network!.outputs.endpointSubnetId
    targetId: keyVault!.outputs.id
    service: 'vault'
    zoneName: zones.vault
  }
}

module functionApp 'modules/function-app.bicep' = {
  name: 'function-app'
  params: {
    name: 'func-${baseName}-${suffix}'
    planName: 'plan-${baseName}-${suffix}'
    location: location
    tags: allTags
    subnetId: privateNetwork ? network!.outputs.appSubnetId : ''
    zoneRedundant: zoneRedundant
    instanceMemoryMB: instanceMemoryMB
    maximumInstanceCount: maximumInstanceCount
    httpPerInstanceConcurrency: httpPerInstanceConcurrency
    alwaysReady: alwaysReady
    workspaceId: monitoring.outputs.workspaceId
    identityId: appIdentity.outputs.id
    identityClientId: appIdentity.outputs.clientId
    hostStorageAccountName: hostStorage.outputs.name
    deploymentContainerUri: '${hostStorage.outputs.blobEndpoint}${packageContainerName}'
    meteringStorageAccountName: meteringStorage.outputs.name
    exportContainerName: exportContainerName
    appInsightsConnectionString: monitoring.outputs.appInsightsConnectionString
    eventHubsNamespaceFqdn: deployEventHubs ? eventHubs!.outputs.namespaceFqdn : ''
    eventHubName: eventHubName
    eventHubConsumerGroupName: eventHubConsumerGroupName
    durablePartitionCount: durablePartitionCount
    keyVaultName: deployKeyVault ? keyVault!.outputs.name : ''
    leaseSigningKeySecretName: leaseSigningKeySecretName
    previousLeaseSigningKeySecretName: previousLeaseSigningKeySecretName
    apiTokens: apiTokens
    answerWaitMilliseconds: answerWaitMilliseconds
    idempotencyDays: idempotencyDays
    ledgerRetentionDays: ledgerRetentionDays
    lateWindowHours: lateWindowHours
    additionalSettings: additionalSettings
  }
  // When the app starts, it must find its roles, and the private endpoints too.
  dependsOn: [
    exportRole
    hostStorageEndpoints
    meteringStorageEndpoints
    eventHubsEndpoint
    keyVaultEndpoint
  ]
}

module workbook 'modules/workbook.bicep' = {
  name: 'workbook'
  params: {
    displayName: 'Metering ${environmentName}'
    location: location
    tags: allTags
    workspaceId: monitoring.outputs.workspaceId
  }
}

module alerts 'modules/alerts.bicep' = {
  name: 'alerts'
  params: {
    namePrefix: baseName
    location: location
    tags: allTags
    workspaceId: monitoring.outputs.workspaceId
    eventHubsNamespaceId: deployEventHubs ? eventHubs!.outputs.namespaceId : ''
    eventHubName: eventHubName
    emailAddresses: alertEmailAddresses
    ingestLagSeconds: ingestLagAlertSeconds
    serverErrorsInFiveMinutes: serverErrorAlertCount
  }
}

@description('Address of the API.')
output functionAppUrl string = functionApp.outputs.url

@description('Name of the app, for publishing.')
output functionAppName string = functionApp.outputs.name

@description('Host name of the Event Hubs namespace, for producers; empty without Event Hubs.')
output eventHubsNamespaceFqdn string = deployEventHubs ? eventHubs!.outputs.namespaceFqdn : ''

@description('Name of the hub, for producers; empty without Event Hubs.')
output eventHubName string = deployEventHubs ? eventHubs!.outputs.hubName : ''

@description('Consumer group that the meter reads with. Other readers need their own; empty without Event Hubs.')
output eventHubConsumerGroupName string = deployEventHubs ? eventHubs!.outputs.consumerGroupName : ''

@description('Account with ledger, rollups and exports.')
output meteringStorageAccountName string = meteringStorage.outputs.name

@description('Container with exports.')
output exportContainerName string = exportContainerName

@description('Key vault for the key that signs lease tokens; empty without one.')
output keyVaultName string = deployKeyVault ? keyVault!.outputs.name : ''
