using '../../../infra/modules/function-app.bicep'

// Not for Azure: the app by itself, with every connection that it can have. What other modules would give is written
// out, so that the settings can be read.
param name = 'app'
param planName = 'plan'
param location = 'westeurope'
param tags = {}
param subnetId = 'subnet'
param zoneRedundant = false
param instanceMemoryMB = 2048
param maximumInstanceCount = 40
param httpPerInstanceConcurrency = 100
param alwaysReady = []
param workspaceId = 'workspace'
param identityId = 'identity'
param identityClientId = 'client'
param hostStorageAccountName = 'host'
param deploymentContainerUri = 'package'
param meteringStorageAccountName = 'meter'
param exportContainerName = 'exports'
param appInsightsConnectionString = 'insights'
param eventHubsNamespaceFqdn = 'hubs'
param eventHubName = 'usage'
param eventHubConsumerGroupName = 'metering'
param durablePartitionCount = 4
param keyVaultName = 'vault'
param leaseSigningKeySecretName = 'lease-signing-key'
param previousLeaseSigningKeySecretName = 'previous-lease-signing-key'
param apiTokens = [
  {
    name: 'operator'
    sha256: '0000000000000000000000000000000000000000000000000000000000000000'
    scopes: 'manage'
  }
]
param answerWaitMilliseconds = 5000
param idempotencyDays = 35
param ledgerRetentionDays = 400
param lateWindowHours = 24
param additionalSettings = {}
