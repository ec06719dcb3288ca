metadata description = 'A user-assigned identity. It exists before what it may touch, so that roles can be given before anything starts.'

@description('Name of the identity.')
param name string

@description('Azure region.')
param location string

@description('Tags for the resource.')
param tags object

resource identity 'Microsoft.ManagedIdentity/userAssignedIdentities@2024-11-30' = {
  name: name
  location: location
  tags: tags
}

@description('Resource id of the identity.')
output id string = identity.id

@description('Object id that roles are given to.')
output principalId string = identity.properties.principalId

@description('Client id that the identity is chosen by at run time.')
output clientId string = identity.properties.clientId
