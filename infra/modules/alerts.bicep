metadata description = 'Alerts that matter: events wait, events cannot be counted, requests fail, nothing goes out. What to do: docs/operating.md.'

@description('Start of the names of the alerts.')
param namePrefix string

@description('Azure region.')
param location string

@description('Tags for the resources.')
param tags object

@description('Resource id of the workspace that Application Insights writes to.')
param workspaceId string

@description('Resource id of the Event Hubs namespace, or empty without Event Hubs.')
param eventHubsNamespaceId string

@description('Name of the hub with usage events.')
param eventHubName string

@description('Who gets mail. Without anybody the alerts are seen in the portal only.')
param emailAddresses string[]

@description('Seconds that the oldest event of a batch may have waited.')
@minValue(1)
param ingestLagSeconds int

@description('Answers with a status of 500 or more, within five minutes, that are still all right.')
@minValue(0)
param serverErrorsInFiveMinutes int

var serverErrorsQuery = '''
AppRequests
| where toint(ResultCode) >= 500
| summarize ServerErrors = sum(ItemCount) by bin(TimeGenerated, 5m)
'''

// The host writes this line for each batch that the trigger takes from the hub: from which to which time its events came.
var ingestLagQuery = '''
AppTraces
| where Message startswith "Trigger Details: " and Message has "EnqueueTimeUtc"
| extend Oldest = todatetime(strcat(extract("EnqueueTimeUtc: ([0-9-]+T[0-9:.]+)", 1, Message), "Z"))
| extend LagSeconds = datetime_diff("second", TimeGenerated, Oldest)
| summarize LagSeconds = max(LagSeconds) by bin(TimeGenerated, 5m)
'''

// The app writes these lines when it keeps events aside because it cannot count them.
var deadLettersQuery = '''
AppTraces
| where SeverityLevel >= 2
| where Message has "cannot be counted" or Message has "kept as dead letters"
| summarize DeadLetters = sum(ItemCount) by bin(TimeGenerated, 15m)
'''

// A delivery that fails is tried again for a day, and the app writes this line at most once a minute; one line an hour is nothing yet.
var webhooksQuery = '''
AppTraces
| where SeverityLevel >= 2
| where Message has "Failed attempts to deliver"
| summarize Lines = sum(ItemCount) by bin(TimeGenerated, 1h)
| extend Failing = iff(Lines > 5, Lines, 0)
'''

var exportsQuery = '''
AppTraces
| where SeverityLevel >= 2
| where Message has "to the container failed"
| summarize FailedExports = sum(ItemCount) by bin(TimeGenerated, 1h)
'''

resource actionGroup 'Microsoft.Insights/actionGroups@2023-01-01' = {
  name: '${namePrefix}-operators'
  location: 'global'
  tags: tags
  properties: {
    enabled: true
    groupShortName: 'metering'
    emailReceivers: [for (address, i) in emailAddresses: {
      name: 'operator-${i}'
      emailAddress: address
      useCommonAlertSchema: true
    }]
  }
}

resource serverErrors 'Microsoft.Insights/scheduledQueryRules@2026-03-01' = {
  name: '${namePrefix}-server-errors'
  location: location
  tags: tags
  kind: 'LogAlert'
  properties: {
    displayName: 'Metering: requests fail'
    description: 'Answers with a status of 500 or more. 503 busy is among them: callers repeat it with the same key.'
    severity: 1
    enabled: true
    autoMitigate: true
    skipQueryValidation: true
    scopes: [
      workspaceId
    ]
    evaluationFrequency: 'PT5M'
    windowSize: 'PT5M'
    criteria: {
      allOf: [
        {
          query: serverErrorsQuery
          timeAggregation: 'Total'
          metricMeasureColumn: 'ServerErrors'
          operator: 'GreaterThan'
          threshold: serverErrorsInFiveMinutes
          failingPeriods: {
            minFailingPeriodsToAlert: 1
            numberOfEvaluationPeriods: 1
          }
        }
      ]
    }
    actions: {
      actionGroups: [
        actionGroup.id
      ]
    }
  }
}

resource ingestLag 'Microsoft.Insights/scheduledQueryRules@2026-03-01' = if (!empty(eventHubsNamespaceId)) {
  name: '${namePrefix}-ingest-lag'
  location: location
  tags: tags
  kind: 'LogAlert'
  properties: {
    displayName: 'Metering: usage events wait'
    description: 'The oldest event of a batch waited longer on the hub than it may.'
    severity: 2
    enabled: true
    autoMitigate: true
    skipQueryValidation: true
    scopes: [
      workspaceId
    ]
    evaluationFrequency: 'PT5M'
    windowSize: 'PT5M'
    criteria: {
      allOf: [
        {
          query: ingestLagQuery
          timeAggregation: 'Maximum'
          metricMeasureColumn: 'LagSeconds'
          operator: 'GreaterThan'
          threshold: ingestLagSeconds
          failingPeriods: {
            minFailingPeriodsToAlert: 2
            numberOfEvaluationPeriods: 2
          }
        }
      ]
    }
    actions: {
      actionGroups: [
        actionGroup.id
      ]
    }
  }
}

resource deadLetters 'Microsoft.Insights/scheduledQueryRules@2026-03-01' = {
  name: '${namePrefix}-dead-letters'
  location: location
  tags: tags
  kind: 'LogAlert'
  properties: {
    displayName: 'Metering: events were put aside'
    description: 'Events that could not be counted are in the dead-letter list: GET /api/v1/dead-letters tells why.'
    severity: 2
    enabled: true
    autoMitigate: true
    skipQueryValidation: true
    scopes: [
      workspaceId
    ]
    evaluationFrequency: 'PT15M'
    windowSize: 'PT15M'
    criteria: {
      allOf: [
        {
          query: deadLettersQuery
          timeAggregation: 'Total'
          metricMeasureColumn: 'DeadLetters'
          operator: 'GreaterThan'
          threshold: 0
          failingPeriods: {
            minFailingPeriodsToAlert: 1
            numberOfEvaluationPeriods: 1
          }
        }
      ]
    }
    actions: {
      actionGroups: [
        actionGroup.id
      ]
    }
  }
}

resource webhooksFail 'Microsoft.Insights/scheduledQueryRules@2026-03-01' = {
  name: '${namePrefix}-webhooks-fail'
  location: location
  tags: tags
  kind: 'LogAlert'
  properties: {
    displayName: 'Metering: webhooks fail'
    description: 'Deliveries to a webhook fail again and again. It is disabled when one has failed for 24 hours: GET /api/v1/webhooks tells which.'
    severity: 3
    enabled: true
    autoMitigate: true
    skipQueryValidation: true
    scopes: [
      workspaceId
    ]
    evaluationFrequency: 'PT1H'
    windowSize: 'PT1H'
    criteria: {
      allOf: [
        {
          query: webhooksQuery
          timeAggregation: 'Total'
          metricMeasureColumn: 'Failing'
          operator: 'GreaterThan'
          threshold: 0
          failingPeriods: {
            minFailingPeriodsToAlert: 1
            numberOfEvaluationPeriods: 1
          }
        }
      ]
    }
    actions: {
      actionGroups: [
        actionGroup.id
      ]
    }
  }
}

resource exportsFail 'Microsoft.Insights/scheduledQueryRules@2026-03-01' = {
  name: '${namePrefix}-exports-fail'
  location: location
  tags: tags
  kind: 'LogAlert'
  properties: {
    displayName: 'Metering: exports fail'
    description: 'An export ended without a file: GET /api/v1/exports tells why.'
    severity: 3
    enabled: true
    autoMitigate: true
    skipQueryValidation: true
    scopes: [
      workspaceId
    ]
    evaluationFrequency: 'PT1H'
    windowSize: 'PT1H'
    criteria: {
      allOf: [
        {
          query: exportsQuery
          timeAggregation: 'Total'
          metricMeasureColumn: 'FailedExports'
          operator: 'GreaterThan'
          threshold: 0
          failingPeriods: {
            minFailingPeriodsToAlert: 1
            numberOfEvaluationPeriods: 1
          }
        }
      ]
    }
    actions: {
      actionGroups: [
        actionGroup.id
      ]
    }
  }
}

// The lines above come from the app. This one still speaks when the app does not run at all.
resource ingestStopped 'Microsoft.Insights/metricAlerts@2026-01-01' = if (!empty(eventHubsNamespaceId)) {
  name: '${namePrefix}-ingest-stopped'
  location: 'global'
  tags: tags
  properties: {
    description: 'Events come to the hub, and nobody reads them.'
    severity: 1
    enabled: true
    autoMitigate: true
    scopes: [
      eventHubsNamespaceId
    ]
    evaluationFrequency: 'PT5M'
    windowSize: 'PT15M'
    criteria: {
      'odata.type': 'Microsoft.Azure.Monitor.SingleResourceMultipleMetricCriteria'
      allOf: [
        {
          name: 'incoming'
          criterionType: 'StaticThresholdCriterion'
          metricNamespace: 'Microsoft.EventHub/namespaces'
          metricName: 'IncomingMessages'
          timeAggregation: 'Total'
          operator: 'GreaterThan'
          threshold: 0
          dimensions: [
            {
              name: 'EntityName'
              operator: 'Include'
              values: [
                eventHubName
              ]
            }
          ]
        }
        {
          name: 'outgoing'
          criterionType: 'StaticThresholdCriterion'
          metricNamespace: 'Microsoft.EventHub/namespaces'
          metricName: 'OutgoingMessages'
          timeAggregation: 'Total'
          operator: 'LessThanOrEqual'
          threshold: 0
          dimensions: [
            {
              name: 'EntityName'
              operator: 'Include'
              values: [
                eventHubName
              ]
            }
          ]
        }
      ]
    }
    actions: [
      {
        actionGroupId: actionGroup.id
      }
    ]
  }
}
