using 'main.bicep'

// Cheap at rest: no Event Hubs, no instance that is always running, one copy of the data in one place.
param environmentName = 'dev'
param storageSkuName = 'Standard_LRS'
param protectLedger = false
param deployEventHubs = false
param deployKeyVault = false
param maximumInstanceCount = 40
param logDailyQuotaGb = 1
param exportDeleteAfterDays = 60

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
