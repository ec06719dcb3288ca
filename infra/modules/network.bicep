metadata description = 'A virtual network: a subnet that the app goes out by, one for private endpoints, and the names by which these are found.'

@description('Name of the network.')
param name string

@description('Azure region.')
param location string

@description('Tags for the resources.')
param tags object

@description('Addresses of the network, /24 or larger. Not those of a network that it is to be peered with.')
param addressPrefix string

@description('Private DNS zones, by their names.')
param zoneNames string[]

resource network 'Microsoft.Network/virtualNetworks@2026-03-01' = {
  name: name
  location: location
  tags: tags
  properties: {
    addressSpace: {
      addressPrefixes: [
        addressPrefix
      ]
    }
    // In the network and not by themselves: a deployment that repeats the network without its subnets would take them away.
    subnets: [
      {
        // No underscore: the plan refuses a subnet with one in its name.
        name: 'app'
        properties: {
          addressPrefix: cidrSubnet(addressPrefix, 26, 0)
          delegations: [
            {
              name: 'functions'
              properties: {
                serviceName: 'Microsoft.App/environments'
              }
            }
          ]
        }
      }
      {
        name: 'endpoints'
        properties: {
          addressPrefix: cidrSubnet(addressPrefix, 26, 1)
        }
      }
    ]
  }

  resource appSubnet 'subnets' existing = {
    name: 'app'
  }

  resource endpointSubnet 'subnets' existing = {
    name: 'endpoints'
  }
}

resource zones 'Microsoft.Network/privateDnsZones@2024-06-01' = [for zoneName in zoneNames: {
  name: zoneName
  location: 'global'
  tags: tags
}]

resource zoneLinks 'Microsoft.Network/privateDnsZones/virtualNetworkLinks@2024-06-01' = [for (zoneName, i) in zoneNames: {
  parent: zones[i]
  name: name
  location: 'global'
  tags: tags
  properties: {
    registrationEnabled: false
    virtualNetwork: {
      id: network.id
    }
  }
}]

@description('Resource id of the subnet that the app goes out by.')
output appSubnetId string = network::appSubnet.id

@description('Resource id of the subnet for private endpoints.')
output endpointSubnetId string = network::endpointSubnet.id
