metadata description = 'A workbook of Azure Monitor: requests, events, what goes out, what it takes.'

@description('Title of the workbook.')
param displayName string

@description('Azure region.')
param location string

@description('Tags for the workbook.')
param tags object

@description('Resource id of the workspace that the queries read.')
param workspaceId string

resource workbook 'Microsoft.Insights/workbooks@2023-06-01' = {
  // The name must be a GUID; the same one each time, so that a deployment replaces the workbook.
  name: guid(resourceGroup().id, 'metering-workbook')
  location: location
  tags: tags
  kind: 'shared'
  properties: {
    displayName: displayName
    category: 'workbook'
    sourceId: workspaceId
    serializedData: loadTextContent('../workbook.json')
  }
}
