metadata description = 'A private address for one service of one resource, under the name that the service has on the public network.'

@description('Name of the endpoint.')
param name string

@description('Azure region.')
param location string

@description('Tags for the resource.')
param tags object

@description('Resource id of the subnet for private endpoints.')
param subnetId string

@description('Resource id of what is reached.')
param targetId string

@description('Service of it: blob, queue, table, namespace, vault.')
param service string

@description('Private DNS zone of the service.')
param zoneName string

resource zone 'Microsoft.Network/privateDnsZones@2024-06-01' existing = {
  name: zoneName
}

resource endpoint 'Microsoft.Network/privateEndpoints@2026-03-01' = {
  name: name
  location: location
  tags: tags
  properties: {
    subnet: {
      id: subnetId
    }
    privateLinkServiceConnections: [
      {
        name: service
        properties: {
          privateLinkServiceId: targetId
          groupIds: [
            service
          ]
        }
      }
    ]
  }
}

resource zoneGroup 'Microsoft.Network/privateEndpoints/privateDnsZoneGroups@2026-03-01' = {
  parent: endpoint
  name: 'default'
  properties: {
    privateDnsZoneConfigs: [
      {
        name: service
        properties: {
          privateDnsZoneId: zone.id
        }
      }
    ]
  }
}

@description('Resource id of the endpoint.')
output id string = endpoint.id
