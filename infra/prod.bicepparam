using 'main.bicep'

// Copies in three zones, a locked ledger, events through the hub and captured, instances that are always running.
param environmentName = 'prod'
param storageSkuName = 'Standard_ZRS'
param protectLedger = true
param deployEventHubs = true
param eventHubPartitionCount = 16
param eventHubThroughputUnits = 2
param eventHubMaximumThroughputUnits = 10
param captureEvents = true
param durablePartitionCount = 8
param deployKeyVault = true
param zoneRedundant = true
param maximumInstanceCount = 200
param alwaysReady = [
  {
    name: 'http'
    instanceCount: 2
  }
  {
    name: 'durable'
    instanceCount: 2
  }
]
param logRetentionDays = 90
param exportDeleteAfterDays = 2555
param tags = {
  criticality: 'high'
}

// Without a default: a deployment that forgot them would take the operator's access away.
param apiTokens = [
  {
    name: 'operator'
    sha256: readEnvironmentVariable('METER_TOKEN_SHA256')
    scopes: 'manage,ingest,read'
  }
]
param alertEmailAddresses = [
  readEnvironmentVariable('METER_ALERT_EMAIL')
]
