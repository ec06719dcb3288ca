using Infra.Tests.Checks;
using Infra.Tests.Compiler;

namespace Infra.Tests;

/// <summary>Each mistake in the templates is found, by the compiler or by a check: it is planted in a copy of the files.</summary>
[Collection(InfraCollection.Name)]
public sealed class PlantedMistakesTests(PlantedMistakesFixture fixture) : IClassFixture<PlantedMistakesFixture>
{
    public static readonly IReadOnlyList<PlantedMistake> Mistakes =
    [
        new(
            "main.bicep",
            "module alerts 'modules/alerts.bicep' = {",
            "module alerts 'modules/alerts.bicep' {",
            "BCP018: Expected the \"=\" character"),
        new("dev.bicepparam", "param protectLedger = false", "param protectLedger = = false", "BCP009: Expected a literal value"),
        new("main.bicep", "location: location", "location: locaton", "BCP057: The name \"locaton\" does not exist"),
        new("main.bicep", "uniqueString(", "uniqeString(", "BCP082: The name \"uniqeString\" does not exist"),
        new(
            "modules/storage.bicep",
            "param lifecycleRules lifecycleRule[]",
            "param lifecycleRules lifecycleRul[]",
            "BCP302: The name \"lifecycleRul\" is not a valid type"),
        new("modules/identity.bicep", "  tags: tags\n", "", "no-unused-params: Parameter \"tags\" is declared but never used"),
        new(
            "main.bicep",
            "retentionInDays: logRetentionDays",
            "retentionDays: logRetentionDays",
            "BCP089: The property \"retentionDays\" is not allowed"),
        new("main.bicep", "    logDeletes: true\n", "", "missing the following required properties: \"logDeletes\""),
        new(
            "main.bicep",
            "logDeletes: true",
            "logDeletes: 'true'",
            "BCP036: The property \"logDeletes\" expected a value of type \"bool\""),
        new(
            "main.bicep",
            "dailyQuotaGb: logDailyQuotaGb",
            "dailyQuotaGb: workloadName",
            "BCP036: The property \"dailyQuotaGb\" expected a value of type \"int\""),
        new(
            "main.bicep",
            "role: 'Key Vault Secrets User'",
            "name: 'Key Vault Secrets User'",
            "BCP037: The property \"name\" is not allowed on objects of type \"{ principalId: string, role: string }\""),
        new(
            "main.bicep",
            "hostStorage.outputs.blobEndpoint",
            "hostStorage.outputs.endpoint",
            "BCP053: The type \"outputs\" does not contain property \"endpoint\""),
        new(
            "main.bicep",
            "deployKeyVault ? keyVault!.outputs.name : ''\n    lease",
            "keyVault!.outputs.name\n    lease",
            "'functionApp' asks 'keyVault' without the condition"),
        new(
            "main.bicep",
            "captureIdentity!.outputs.principalId",
            "captureIdentity.outputs.principalId",
            "BCP318: The value of type \"module | null\" may be null"),
        new("main.bicep", "'modules/key-vault.bicep'", "'modules/keyvault.bicep'", "BCP091: An error occurred reading file"),
        new(
            "prod.bicepparam",
            "param protectLedger = true\n",
            "",
            "BCP258: The following parameters are declared in the Bicep file but are missing an assignment in the params file: \"protectLedger\""),
        new(
            "prod.bicepparam",
            "param captureEvents",
            "param captureEvent",
            "BCP259: The parameter \"captureEvent\" is assigned in the params file without being declared"),
        new("prod.bicepparam", "'Standard_ZRS'", "'Standard_RS'", "the provided value is of type \"'Standard_RS'\""),
        new(
            "prod.bicepparam",
            "durablePartitionCount = 8",
            "durablePartitionCount = 17",
            "BCP327: The provided value (which will always be greater than or equal to 17) is too large"),
        new("prod.bicepparam", "instanceCount: 2", "count: 2", "BCP037: The property \"count\" is not allowed"),
        new(
            "modules/storage.bicep",
            "storageAccounts@2026-06-01' = {",
            "storageAccounts@2026-06-02' = {",
            "BCP081: Resource type \"Microsoft.Storage/storageAccounts@2026-06-02\" does not have types available"),
        new(
            "modules/storage.bicep",
            "supportsHttpsTrafficOnly:",
            "supportsHttpTrafficOnly:",
            "BCP089: The property \"supportsHttpTrafficOnly\" is not allowed"),
        new("modules/storage.bicep", "  kind: 'StorageV2'\n", "", "missing the following required properties: \"kind\""),
        new("modules/storage.bicep", "kind: 'StorageV2'", "kind: 'StorageV3'", "kind is StorageV3, not StorageV2"),
        new(
            "modules/storage.bicep",
            "allowSharedKeyAccess: false",
            "allowSharedKeyAccess: 'false'",
            "BCP036: The property \"allowSharedKeyAccess\" expected a value of type \"bool | null\""),
        new(
            "modules/eventhubs.bicep",
            "skipEmptyArchives:",
            "skipEmptyArchive:",
            "BCP089: The property \"skipEmptyArchive\" is not allowed"),
        new(
            "modules/eventhubs.bicep",
            "properties.serviceBusEndpoint",
            "properties.endpoint",
            "BCP053: The type \"EHNamespaceProperties\" does not contain property \"endpoint\""),
        new(
            "modules/function-app.bicep",
            "userAssignedIdentityResourceId:",
            "userAssignedIdentity:",
            "BCP037: The property \"userAssignedIdentity\" is not allowed"),
        new(
            "modules/storage.bicep",
            "b7e6dc6d",
            "b7e6dc6e",
            "'app' is given the role b7e6dc6e-f1e8-4753-8033-0f276bb0955b, which is not in the list of built-in roles"),
        new(
            "modules/storage.bicep",
            "'Storage Blob Data Owner':",
            "'Storage Blob Owner':",
            "cannot be deployed: The template resource 'accountRoles[0]'"),
        new(
            "modules/key-vault.bicep",
            "builtInRoles[grant.role]",
            "'4633458b-17de-408a-b874-0445c86b69e6'",
            "no-unused-vars: Variable \"builtInRoles\" is declared but never used"),
        new(
            "main.bicep",
            "role: 'Azure Event Hubs Data Receiver'",
            "role: 'Azure Event Hubs Data Owner'",
            "The language expression property 'Azure Event Hubs Data Owner' doesn't exist"),
        new(
            "modules/key-vault.bicep",
            "  scope: vault\n  properties: {\n    roleDefinitionId",
            "  properties: {\n    roleDefinitionId",
            "is not limited to one resource"),
        new(
            "main.bicep",
            "      map(producerPrincipalIds",
            "      [\n        {\n          principalId: workloadName\n          role: 'Azure Event Hubs Data Receiver'\n        }\n      ],\n      map(producerPrincipalIds",
            "which nobody asked for"),
        new(
            "modules/function-app.bicep",
            "AzureWebJobsStorage__credential: 'managedidentity'",
            "AzureWebJobsStorage: 'AccountName=x;AccountKey=y'",
            "this looks like a secret"),
        new(
            "modules/storage.bicep",
            "output id string = account.id",
            "output id string = account.listKeys().keys[0].value",
            "outputs-should-not-contain-secrets: Outputs should not contain secrets"),
        new(
            "modules/storage.bicep",
            "allowSharedKeyAccess: false",
            "allowSharedKeyAccess: true",
            "properties/allowSharedKeyAccess is true, not false"),
        new("modules/storage.bicep", "publicAccess: 'None'", "publicAccess: 'Blob'", "properties/publicAccess is Blob, not None"),
        new("modules/storage.bicep", "    minimumTlsVersion: 'TLS1_2'\n", "", "properties/minimumTlsVersion is not set"),
        new(
            "modules/eventhubs.bicep",
            "disableLocalAuth: true",
            "disableLocalAuth: false",
            "properties/disableLocalAuth is false, not true"),
        new("modules/function-app.bicep", "httpsOnly: true", "httpsOnly: false", "properties/httpsOnly is false, not true"),
        new(
            "modules/function-app.bicep",
            "name: 'scm'",
            "name: 'ftp'",
            "BCP121: Resources: \"ftpPublishing\", \"scmPublishing\" are defined with this same name"),
        new(
            "modules/key-vault.bicep",
            "  scope: vault\n  properties: {\n    workspaceId",
            "  properties: {\n    workspaceId",
            "has no diagnostic settings"),
        new(
            "modules/function-app.bicep",
            "  Metering__IdempotencyDays: string(idempotencyDays)\n",
            "",
            "no-unused-params: Parameter \"idempotencyDays\" is declared but never used"),
        new(
            "modules/function-app.bicep",
            "Metering__TestClock:",
            "Metering__TestClok:",
            "'Metering__TestClok' is set in Azure and not in local.settings.sample.json"),
        new(
            "modules/function-app.bicep",
            "  MeteringStorage__clientId: identityClientId\n",
            "",
            "the connection 'MeteringStorage' by identity is not complete"),
        new(
            "modules/function-app.bicep",
            "storageProvider__partitionCount:",
            "storageProvider__partitions:",
            "stands for a key that host.json cannot have"),
        new(
            "modules/function-app.bicep",
            "  Metering__TestClock: 'false'",
            "  FUNCTIONS_WORKER_RUNTIME: 'dotnet-isolated'",
            "'FUNCTIONS_WORKER_RUNTIME' does not exist on this plan"),
        new(
            "modules/function-app.bicep",
            "  Metering__TestClock: 'false'",
            "  Metering__BootstrapToken: 'x'",
            "'Metering__BootstrapToken' is set in Azure"),

        // The compiler finds some of the mistakes above before a check of ours sees them. These mean the same, and are right for the
        // compiler.
        new(
            "modules/function-app.bicep",
            "= {\n  parent: app\n  name: 'scm'",
            "= if (empty(name)) {\n  parent: app\n  name: 'scm'",
            "publishing over scm with a password is not turned off"),
        new("modules/function-app.bicep", "  Metering__TestClock: 'false'\n", "", "'Metering__TestClock' is set locally and not in Azure"),
        new(
            "modules/function-app.bicep",
            "  Metering__TestClock: 'false'",
            "  Metering__Shards: '2'",
            "'Metering__Shards' is no option of the app, which would not start"),
        new(
            "modules/storage.bicep",
            "notes: 'Holds the ledger.",
            "notes: '${account.listKeys().keys[0].value} holds the ledger.",
            "keys are not asked for"),
        new(
            "modules/key-vault.bicep",
            "4633458b-17de-408a-b874-0445c86b69e6",
            "b7e6dc6d-f1e8-4753-8033-0f276bb0955b",
            "'app' is given 'Storage Blob Data Owner' on Microsoft.KeyVault/vaults/kv, which nobody asked for"),
        new(
            "main.bicep",
            "deployKeyVault ? keyVault!.outputs.name : ''\n    lease",
            "deployKeyVault ? '' : keyVault!.outputs.name\n    lease",
            "'functionApp' asks 'keyVault' without the condition"),
        new("modules/key-vault.bicep", "@description('Name of the vault.')\n@minLength", "@minLength", "'name' has no description"),
        new(
            "main.bicep",
            "@description('Address of the API.')",
            "@description('Planted.')\nparam webhookToken string = ''\n\n@description('Planted.')\noutput copy string = webhookToken\n\n@description('Address of the API.')",
            "main: parameter 'webhookToken' is not @secure()"),
        new(
            "modules/identity.bicep",
            "output clientId string = identity.properties.clientId",
            "output clientId string = identity.properties.clientId\n\n@description('Planted.')\noutput accessToken string = identity.name",
            "output 'accessToken' hands out a secret"),
        new(
            "modules/storage.bicep",
            "privateAccess ? 'Disabled' : 'Enabled'",
            "privateAccess ? 'Enabled' : 'Enabled'",
            "publicNetworkAccess is Enabled, not Disabled"),
        new("main.bicep", "in ['blob', 'queue', 'table']", "in ['blob', 'table']", "there is no private endpoint 'host-queue'"),
        new("main.bicep", "zoneName: zones.vault", "zoneName: zones.namespace", "the private endpoint 'key-vault' has not the name of its service"),
        new(
            "modules/network.bicep",
            "'Microsoft.App/environments'",
            "'Microsoft.Web/serverFarms'",
            "the subnet 'app' is not one that the plan can use"),
        new("main.bicep", "    softDeleteDays: 0", "    softDeleteDays: 7", "deleteRetentionPolicy/enabled is true, not false"),
        new("main.bicep", "    softDeleteDays: 7", "    softDeleteDays: 0", "deleteRetentionPolicy/enabled is false, not true"),
        new(
            "dev.bicepparam",
            "'METER_TOKEN_SHA256'",
            "'METER_TOKEN'",
            "BCP427: Environment variable \"METER_TOKEN\" does not exist and there's no default value set"),
    ];

    public static TheoryData<string, string, string, string> MistakesByText
    {
        get
        {
            TheoryData<string, string, string, string> data = [];
            foreach (PlantedMistake mistake in Mistakes)
            {
                data.Add(mistake.File, mistake.Right, mistake.Wrong, mistake.Problem);
            }

            return data;
        }
    }

    [Theory]
    [MemberData(nameof(MistakesByText))]
    public void A_planted_mistake_is_found(string file, string right, string wrong, string problem) => Assert.Contains(
        fixture.FoundIn(new PlantedMistake(file, right, wrong, problem)), found => found.Contains(problem, StringComparison.Ordinal));

    [Theory]
    [InlineData("Endpoint=sb://x/;SharedAccessKeyName=a;SharedAccessKey=b", true)]
    [InlineData("Zm9vYmFyMTIzNDU2Nzg5MFFXRVJUWVVJT1Bhc2RmZ2hqa2w0NTY3ODkwMTIzNDU2Nzg5MA==", true)]
    [InlineData("UseDevelopmentStorage=true", false)]
    [InlineData("AzureFunctionsJobHost__extensions__durableTask__storageProvider__partitionCount", false)]
    public void A_secret_is_known_by_its_looks(string text, bool secret) => Assert.Equal(secret, SecretChecks.LooksSecret(text));
}
