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
