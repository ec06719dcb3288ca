using Infra.Tests.Checks;
using Infra.Tests.Syntax;

namespace Infra.Tests;

/// <summary>Each check finds the mistake that it is for: one is planted in a copy of the files.</summary>
public sealed class PlantedMistakesTests
{
    [Theory]
    [InlineData("main.bicep", "module alerts 'modules/alerts.bicep' = {", "module alerts 'modules/alerts.bicep' {", "main.bicep: line")]
    [InlineData("dev.bicepparam", "param protectLedger = false", "param protectLedger = = false", "dev.bicepparam: line")]
    [InlineData("main.bicep", "location: location", "location: locaton", "'locaton' is not declared")]
    [InlineData("main.bicep", "uniqueString(", "uniqeString(", "function 'uniqeString' is not known")]
    [InlineData("modules/storage.bicep", "param lifecycleRules lifecycleRule[]", "param lifecycleRules lifecycleRul[]", "type 'lifecycleRul' is not declared")]
    [InlineData("modules/identity.bicep", "  tags: tags\n", "", "'tags' is declared and not used")]
    [InlineData("main.bicep", "retentionInDays: logRetentionDays", "retentionDays: logRetentionDays", "'retentionDays' is no parameter of it")]
    [InlineData("main.bicep", "    logDeletes: true\n", "", "parameter 'logDeletes' is missing")]
    [InlineData("main.bicep", "logDeletes: true", "logDeletes: 'true'", "'logDeletes' is bool, and is given 'true'")]
    [InlineData("main.bicep", "dailyQuotaGb: logDailyQuotaGb", "dailyQuotaGb: workloadName", "'dailyQuotaGb' is int, and is given the string 'workloadName'")]
    [InlineData("main.bicep", "role: 'Key Vault Secrets User'", "name: 'Key Vault Secrets User'", "'roleAssignments' holds {name, principalId}")]
    [InlineData("main.bicep", "hostStorage.outputs.blobEndpoint", "hostStorage.outputs.endpoint", "it has no output 'endpoint'")]
    [InlineData("main.bicep", "deployKeyVault ? keyVault!.outputs.name : ''\n    lease", "keyVault!.outputs.name\n    lease", "is asked although the module may not be deployed")]
    [InlineData("main.bicep", "captureIdentity!.outputs.principalId", "captureIdentity.outputs.principalId", "'!' belongs where the module may not be deployed")]
    [InlineData("main.bicep", "'modules/key-vault.bicep'", "'modules/keyvault.bicep'", "there is no file 'modules/keyvault.bicep'")]
    [InlineData("prod.bicepparam", "param protectLedger = true\n", "", "parameter 'protectLedger' is missing")]
    [InlineData("prod.bicepparam", "param captureEvents", "param captureEvent", "'captureEvent' is no parameter of main.bicep")]
    [InlineData("prod.bicepparam", "'Standard_ZRS'", "'Standard_RS'", "'storageSkuName' may not be 'Standard_RS'")]
    [InlineData("prod.bicepparam", "durablePartitionCount = 8", "durablePartitionCount = 17", "'durablePartitionCount' may not be 17")]
    [InlineData("prod.bicepparam", "instanceCount: 2", "count: 2", "'alwaysReady' holds {count, name}")]
    [InlineData("modules/storage.bicep", "storageAccounts@2024-01-01' = {", "storageAccounts@2024-01-02' = {", "Microsoft.Storage/storageAccounts@2024-01-02 is not in the list")]
    [InlineData("modules/storage.bicep", "supportsHttpsTrafficOnly:", "supportsHttpTrafficOnly:", "there is no /properties/supportsHttpTrafficOnly")]
    [InlineData("modules/storage.bicep", "  kind: 'StorageV2'\n", "", "/kind is missing")]
    [InlineData("modules/storage.bicep", "kind: 'StorageV2'", "kind: 'StorageV3'", "/kind may not be 'StorageV3'")]
    [InlineData("modules/storage.bicep", "allowSharedKeyAccess: false", "allowSharedKeyAccess: 'false'", "/properties/allowSharedKeyAccess is bool, and is given string")]
    [InlineData("modules/eventhubs.bicep", "skipEmptyArchives:", "skipEmptyArchive:", "there is no /properties/captureDescription/skipEmptyArchive")]
    [InlineData("modules/eventhubs.bicep", "properties.serviceBusEndpoint", "properties.endpoint", "there is nothing to read at eventHubsNamespace.properties.endpoint")]
    [InlineData("modules/function-app.bicep", "userAssignedIdentityResourceId:", "userAssignedIdentity:", "authentication/userAssignedIdentity")]
    [InlineData("modules/storage.bicep", "b7e6dc6d", "b7e6dc6e", "'Storage Blob Data Owner' has the id b7e6dc6d")]
    [InlineData("modules/storage.bicep", "'Storage Blob Data Owner':", "'Storage Blob Owner':", "'Storage Blob Owner' is not in the list of built-in roles")]
    [InlineData("modules/key-vault.bicep", "builtInRoles[grant.role]", "'4633458b-17de-408a-b874-0445c86b69e6'", "does not take its role from builtInRoles")]
    [InlineData("main.bicep", "role: 'Azure Event Hubs Data Receiver'", "role: 'Azure Event Hubs Data Owner'", "does not know the role 'Azure Event Hubs Data Owner'")]
    [InlineData("modules/key-vault.bicep", "  scope: vault\n  properties: {\n    roleDefinitionId", "  properties: {\n    roleDefinitionId", "is not limited to one resource")]
    [InlineData("main.bicep", "      map(producerPrincipalIds", "      [\n        {\n          principalId: workloadName\n          role: 'Azure Event Hubs Data Receiver'\n        }\n      ],\n      map(producerPrincipalIds", "which nobody asked for")]
    [InlineData("modules/function-app.bicep", "AzureWebJobsStorage__credential: 'managedidentity'", "AzureWebJobsStorage: 'AccountName=x;AccountKey=y'", "this looks like a secret")]
    [InlineData("modules/storage.bicep", "output id string = account.id", "output id string = account.listKeys().keys[0].value", "keys are not asked for")]
    [InlineData("modules/storage.bicep", "allowSharedKeyAccess: false", "allowSharedKeyAccess: true", "properties/allowSharedKeyAccess is true, not false")]
    [InlineData("modules/storage.bicep", "publicAccess: 'None'", "publicAccess: 'Blob'", "properties/publicAccess is 'Blob', not 'None'")]
    [InlineData("modules/storage.bicep", "    minimumTlsVersion: 'TLS1_2'\n", "", "properties/minimumTlsVersion is not set")]
    [InlineData("modules/eventhubs.bicep", "disableLocalAuth: true", "disableLocalAuth: false", "properties/disableLocalAuth is false, not true")]
    [InlineData("modules/function-app.bicep", "httpsOnly: true", "httpsOnly: false", "properties/httpsOnly is false, not true")]
    [InlineData("modules/function-app.bicep", "name: 'scm'", "name: 'ftp'", "publishing over scm with a password is not turned off")]
    [InlineData("modules/key-vault.bicep", "  scope: vault\n  properties: {\n    workspaceId", "  properties: {\n    workspaceId", "Microsoft.KeyVault/vaults has no diagnostic settings")]
    [InlineData("modules/function-app.bicep", "  Metering__IdempotencyDays: string(idempotencyDays)\n", "", "'Metering__IdempotencyDays' is set locally and not in Azure")]
    [InlineData("modules/function-app.bicep", "Metering__TestClock:", "Metering__TestClok:", "'Metering__TestClok' is set in Azure and not in local.settings.sample.json")]
    [InlineData("modules/function-app.bicep", "  MeteringStorage__clientId: identityClientId\n", "", "the connection 'MeteringStorage' by identity is not complete")]
    [InlineData("modules/function-app.bicep", "storageProvider__partitionCount:", "storageProvider__partitions:", "stands for a key that host.json cannot have")]
    [InlineData("modules/function-app.bicep", "  Metering__TestClock: 'false'", "  FUNCTIONS_WORKER_RUNTIME: 'dotnet-isolated'", "'FUNCTIONS_WORKER_RUNTIME' does not exist on this plan")]
    [InlineData("modules/function-app.bicep", "  Metering__TestClock: 'false'", "  Metering__BootstrapToken: 'x'", "'Metering__BootstrapToken' is set in Azure")]
    public void A_planted_mistake_is_found(string file, string right, string wrong, string problem)
    {
        using PlantedCopy copy = new(file, right, wrong);
        InfraFiles files = InfraFiles.Load(copy.Folder);

        // Checks that follow build on those that come before: a file that does not parse has no declarations.
        List<string> problems = [.. SyntaxChecks.Check(files)];
        if (problems.Count == 0)
        {
            problems.AddRange(SymbolChecks.Check(files));
            problems.AddRange(ModuleChecks.Check(files));
            problems.AddRange(ParameterFileChecks.Check(files));
            problems.AddRange(ResourceTypeChecks.Check(files));
            problems.AddRange(RoleChecks.Check(files));
            problems.AddRange(SecretChecks.Check(files));
            problems.AddRange(ProtectionChecks.Check(files));
            problems.AddRange(AppSettings.Check(files));
        }

        Assert.Contains(problems, found => found.Contains(problem, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("Endpoint=sb://x/;SharedAccessKeyName=a;SharedAccessKey=b", true)]
    [InlineData("Zm9vYmFyMTIzNDU2Nzg5MFFXRVJUWVVJT1Bhc2RmZ2hqa2w0NTY3ODkwMTIzNDU2Nzg5MA==", true)]
    [InlineData("UseDevelopmentStorage=true", false)]
    [InlineData("AzureFunctionsJobHost__extensions__durableTask__storageProvider__partitionCount", false)]
    public void A_secret_is_known_by_its_looks(string text, bool secret) => Assert.Equal(secret, SecretChecks.LooksSecret(text));
}
