using '../../../infra/main.bicep'

// Not for Azure: every part that the templates can deploy, so that the checks see all of them.
param environmentName = 'all'
param storageSkuName = 'Standard_LRS'
param protectLedger = true
param deployEventHubs = true
param captureEvents = true
param producerPrincipalIds = [
  '11111111-1111-1111-1111-111111111111'
]
param deployKeyVault = true
param privateNetwork = true
param alertEmailAddresses = [
  'operators@example.com'
]
