metadata description = 'The Functions app on a Flex Consumption plan. It reaches everything with its identity.'

@description('Name of the app; part of its address.')
param name string

@description('Name of the plan.')
param planName string

@description('Azure region.')
param location string

@description('Tags for the resources.')
param tags object

@description('Subnet that the app goes out by, or empty for the public network.')
param subnetId string

@description('Whether instances are spread over availability zones.')
param zoneRedundant bool

@description('Memory of an instance.')
@allowed([
  512
  2048
  4096
])
param instanceMemoryMB int

@description('Instances that the app may grow to.')
@minValue(1)
@maxValue(1000)
param maximumInstanceCount int

@description('HTTP requests that one instance takes at a time.')
@minValue(1)
@maxValue(1000)
param httpPerInstanceConcurrency int

@description('Instances that are always running, by group: http, durable, or function:IngestUsage.')
param alwaysReady alwaysReadyGroup[]

@description('Resource id of the workspace for diagnostics.')
param workspaceId string

@description('Resource id of the identity of the app.')
param identityId string

@description('Client id of the identity of the app.')
param identityClientId string

@description('Storage account of the host: packages, checkpoints, the task hub.')
param hostStorageAccountName string

@description('Address of the container that holds the deployed package.')
param deploymentContainerUri string

@description('Storage account of the meter: ledger, rollups, licenses, catalog, exports.')
param meteringStorageAccountName string

@description('Container that exports are written to.')
param exportContainerName string

@description('Connection string of Application Insights.')
param appInsightsConnectionString string

@description('Host name of the Event Hubs namespace, or empty without Event Hubs.')
param eventHubsNamespaceFqdn string

@description('Name of the hub with usage events.')
param eventHubName string

@description('Consumer group that the meter reads with.')
param eventHubConsumerGroupName string

@description('Control queues of the task hub in the storage account. It cannot be changed while the task hub is in use.')
@minValue(1)
@maxValue(16)
param durablePartitionCount int

@description('Key vault with the key that signs lease tokens, or empty without leases.')
param keyVaultName string

@description('Name of the secret in the key vault.')
param leaseSigningKeySecretName string

@description('Name of the secret with the key that signed before, or empty without one.')
param previousLeaseSigningKeySecretName string

@description('Tokens of operators and producers: their names, the SHA-256 hashes of their values, their scopes.')
param apiTokens apiToken[]

@description('How long a request waits for its answer before it gets 503 busy.')
@minValue(100)
@maxValue(60000)
param answerWaitMilliseconds int

@description('Days that an idempotency key is remembered.')
@minValue(1)
@maxValue(400)
param idempotencyDays int

@description('Days that ledger entries, rollups and deleted licenses are kept.')
@minValue(1)
@maxValue(36500)
param ledgerRetentionDays int

@description('Hours within which a late event still counts in its own period and day.')
@minValue(0)
@maxValue(840)
param lateWindowHours int

@description('Further settings of the app by name. They win over those of this template.')
param additionalSettings object

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

var hostSettings = {
  // Else the host shows its own page at the root, and the app's is not seen.
  AzureWebJobsDisableHomepage: 'true'
  AzureWebJobsStorage__accountName: hostStorageAccountName
  AzureWebJobsStorage__credential: 'managedidentity'
  AzureWebJobsStorage__clientId: identityClientId
  APPLICATIONINSIGHTS_CONNECTION_STRING: appInsightsConnectionString
  APPLICATIONINSIGHTS_AUTHENTICATION_STRING: 'ClientId=${identityClientId};Authorization=AAD'
}

var meteringSettings = {
  MeteringStorage__accountName: meteringStorageAccountName
  MeteringStorage__credential: 'managedidentity'
  MeteringStorage__clientId: identityClientId
  Metering__ExportContainer: exportContainerName
  MeteringEventHub: eventHubName
  MeteringEventHubConsumerGroup: eventHubConsumerGroupName
  Metering__AnswerWaitMilliseconds: string(answerWaitMilliseconds)
  Metering__IdempotencyDays: string(idempotencyDays)
  Metering__LedgerRetentionDays: string(ledgerRetentionDays)
  Metering__LateWindowHours: string(lateWindowHours)
  Metering__TestClock: 'false'
}

// Without a hub, POST /api/events goes to the licenses directly, and the trigger must not look for one.
var eventHubSettings = empty(eventHubsNamespaceFqdn)
  ? {
      'AzureWebJobs.IngestUsage.Disabled': 'true'
    }
  : {
      'AzureWebJobs.IngestUsage.Disabled': 'false'
      MeteringEvents__fullyQualifiedNamespace: eventHubsNamespaceFqdn
      MeteringEvents__credential: 'managedidentity'
      MeteringEvents__clientId: identityClientId
    }

// A setting that begins with AzureFunctionsJobHost__ stands in for the value of host.json.
var durableSettings = {
  AzureFunctionsJobHost__extensions__durableTask__storageProvider__partitionCount: string(durablePartitionCount)
}

var leaseSettings = empty(keyVaultName)
  ? {}
  : {
      Metering__LeaseSigningKey: '@Microsoft.KeyVault(VaultName=${keyVaultName};SecretName=${leaseSigningKeySecretName})'
      Metering__PreviousLeaseSigningKey: empty(previousLeaseSigningKeySecretName)
        ? ''
        : '@Microsoft.KeyVault(VaultName=${keyVaultName};SecretName=${previousLeaseSigningKeySecretName})'
    }

var tokenSettings = reduce(
  map(range(0, length(apiTokens)), i => {
    'Metering__Tokens__${i}__Name': apiTokens[i].name
    'Metering__Tokens__${i}__Sha256': apiTokens[i].sha256
    'Metering__Tokens__${i}__Scopes': apiTokens[i].scopes
  }),
  {},
  (all, one) => union(all, one)
)

var appSettings = union(
  hostSettings,
  meteringSettings,
  eventHubSettings,
  durableSettings,
  leaseSettings,
  tokenSettings,
  additionalSettings
)

resource plan 'Microsoft.Web/serverfarms@2025-03-01' = {
  name: planName
  location: location
  tags: tags
  kind: 'functionapp'
  sku: {
    name: 'FC1'
    tier: 'FlexConsumption'
  }
  properties: {
    reserved: true
    zoneRedundant: zoneRedundant
  }
}

resource app 'Microsoft.Web/sites@2025-03-01' = {
  name: name
  location: location
  // By this tag azd finds the app that it publishes the service of azure.yaml to.
  tags: union(tags, {
    'azd-service-name': 'api'
  })
  kind: 'functionapp,linux'
  identity: {
    type: 'UserAssigned'
    userAssignedIdentities: {
      '${identityId}': {}
    }
  }
  properties: {
    serverFarmId: plan.id
    httpsOnly: true
    keyVaultReferenceIdentity: identityId
    publicNetworkAccess: 'Enabled'
    // The plan sends everything that the app asks for through the subnet; there is no route to turn on.
    virtualNetworkSubnetId: empty(subnetId) ? null : subnetId
    siteConfig: {
      minTlsVersion: '1.2'
      scmMinTlsVersion: '1.2'
    }
    functionAppConfig: {
      deployment: {
        storage: {
          type: 'blobContainer'
          value: deploymentContainerUri
          authentication: {
            type: 'UserAssignedIdentity'
            userAssignedIdentityResourceId: identityId
          }
        }
      }
      runtime: {
        name: 'dotnet-isolated'
        version: '10.0'
      }
      scaleAndConcurrency: {
        alwaysReady: alwaysReady
        instanceMemoryMB: instanceMemoryMB
        maximumInstanceCount: maximumInstanceCount
        triggers: {
          http: {
            perInstanceConcurrency: httpPerInstanceConcurrency
          }
        }
      }
    }
  }
}

// By themselves and not within the site: there a what-if would not show which of them changes.
resource settings 'Microsoft.Web/sites/config@2025-03-01' = {
  parent: app
  name: 'appsettings'
  properties: appSettings
}

resource ftpPublishing 'Microsoft.Web/sites/basicPublishingCredentialsPolicies@2025-03-01' = {
  parent: app
  name: 'ftp'
  properties: {
    allow: false
  }
}

resource scmPublishing 'Microsoft.Web/sites/basicPublishingCredentialsPolicies@2025-03-01' = {
  parent: app
  name: 'scm'
  properties: {
    allow: false
  }
}

// Requests and traces come through Application Insights; the platform's own copy of them would be paid for twice.
resource appDiagnostics 'Microsoft.Insights/diagnosticSettings@2021-05-01-preview' = {
  name: 'to-workspace'
  scope: app
  properties: {
    workspaceId: workspaceId
    metrics: [
      {
        category: 'AllMetrics'
        enabled: true
      }
    ]
  }
}

@description('Resource id of the app.')
output id string = app.id

@description('Name of the app, for publishing.')
output name string = app.name

@description('Address of the API.')
output url string = 'https://${app.properties.defaultHostName}'
