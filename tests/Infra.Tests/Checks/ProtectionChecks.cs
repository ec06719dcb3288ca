using System.Text.Json;
using Infra.Tests.Compiler;

namespace Infra.Tests.Checks;

/// <summary>What the README promises about protection is set, on every resource of its type, in every environment.</summary>
public static class ProtectionChecks
{
    private static readonly (string Type, string Property, string[] Values)[] Promises =
    [
        ("Microsoft.Storage/storageAccounts", "kind", ["StorageV2"]),
        ("Microsoft.Storage/storageAccounts", "properties/allowSharedKeyAccess", ["false"]),
        ("Microsoft.Storage/storageAccounts", "properties/allowBlobPublicAccess", ["false"]),
        ("Microsoft.Storage/storageAccounts", "properties/allowCrossTenantReplication", ["false"]),
        ("Microsoft.Storage/storageAccounts", "properties/defaultToOAuthAuthentication", ["true"]),
        ("Microsoft.Storage/storageAccounts", "properties/minimumTlsVersion", ["TLS1_2", "TLS1_3"]),
        ("Microsoft.Storage/storageAccounts", "properties/supportsHttpsTrafficOnly", ["true"]),
        ("Microsoft.Storage/storageAccounts/blobServices/containers", "properties/publicAccess", ["None"]),
        ("Microsoft.EventHub/namespaces", "properties/disableLocalAuth", ["true"]),
        ("Microsoft.EventHub/namespaces", "properties/minimumTlsVersion", ["1.2"]),
        ("Microsoft.Insights/components", "properties/DisableLocalAuth", ["true"]),
        ("Microsoft.OperationalInsights/workspaces", "properties/features/disableLocalAuth", ["true"]),
        ("Microsoft.KeyVault/vaults", "properties/enableRbacAuthorization", ["true"]),
        ("Microsoft.KeyVault/vaults", "properties/enablePurgeProtection", ["true"]),
        ("Microsoft.Web/sites", "properties/httpsOnly", ["true"]),
        ("Microsoft.Web/sites", "properties/siteConfig/minTlsVersion", ["1.2", "1.3"]),
        ("Microsoft.Web/sites", "properties/siteConfig/scmMinTlsVersion", ["1.2", "1.3"]),
        ("Microsoft.Web/sites/basicPublishingCredentialsPolicies", "properties/allow", ["false"]),
        ("Microsoft.Web/sites", "properties/functionAppConfig/deployment/storage/authentication/type", ["UserAssignedIdentity"]),
        ("Microsoft.Web/sites", "properties/functionAppConfig/runtime/name", ["dotnet-isolated"]),
        ("Microsoft.Web/sites", "properties/functionAppConfig/runtime/version", ["10.0"]),
        ("Microsoft.Web/serverfarms", "sku/name", ["FC1"]),
    ];

    // What keeps data or takes requests tells the workspace what happens to it.
    private static readonly string[] Diagnosed =
    [
        "Microsoft.EventHub/namespaces", "Microsoft.KeyVault/vaults", "Microsoft.Storage/storageAccounts",
        "Microsoft.Storage/storageAccounts/blobServices", "Microsoft.Storage/storageAccounts/tableServices", "Microsoft.Web/sites",
    ];

    public static IEnumerable<string> Check(CompiledInfra infra)
    {
        Deployment everything = infra.Deployments[CompiledInfra.Everything];
        foreach (string type in Promises.Select(promise => promise.Type).Distinct().Where(type => !everything.OfType(type).Any()))
        {
            yield return $"no resource is a {type}";
        }

        foreach ((string file, Deployment deployment) in infra.Environments)
        {
            foreach (string problem in
                Promised(deployment).Concat(Passwords(deployment)).Concat(Diagnostics(deployment)).Concat(SoftDelete(deployment)))
            {
                yield return $"{file}: {problem}";
            }
        }
    }

    private static IEnumerable<string> Promised(Deployment deployment) =>
        from promise in Promises
        from resource in deployment.OfType(promise.Type)
        let value = Text(resource.Property(promise.Property))
        where value is null || !promise.Values.Contains(value)
        select $"{resource.Type} '{resource.Name}': {promise.Property} is {value ?? "not set"}, not {string.Join(" or ", promise.Values)}";

    private static IEnumerable<string> Passwords(Deployment deployment) =>
        from app in deployment.OfType("Microsoft.Web/sites")
        from way in new[] { "ftp", "scm" }
        where !deployment.OfType("Microsoft.Web/sites/basicPublishingCredentialsPolicies").Any(policy => policy.Name == $"{app.Name}/{way}")
        select $"publishing over {way} with a password is not turned off for '{app.Name}'";

    private static IEnumerable<string> Diagnostics(Deployment deployment) =>
        from type in Diagnosed
        from resource in deployment.OfType(type)
        where !deployment.OfType("Microsoft.Insights/diagnosticSettings").Any(setting => setting.Scope == resource.Id)
        select $"{type} '{resource.Name}' has no diagnostic settings";

    // What is deleted by mistake in the meter's account comes back. The host's account deletes all the time, and must not keep it.
    private static IEnumerable<string> SoftDelete(Deployment deployment) =>
        from service in deployment.OfType("Microsoft.Storage/storageAccounts/blobServices")
        from policy in new[] { "deleteRetentionPolicy", "containerDeleteRetentionPolicy" }
        let kept = Text(service.Property($"properties/{policy}/enabled"))
        let right = service.Name.StartsWith("stmeter", StringComparison.Ordinal) ? "true" : "false"
        where kept != right
        select $"{service.Type} '{service.Name}': {policy}/enabled is {kept ?? "not set"}, not {right}";

    private static string? Text(JsonElement? value) => value switch
    {
        { ValueKind: JsonValueKind.True } => "true",
        { ValueKind: JsonValueKind.False } => "false",
        { ValueKind: JsonValueKind.String } text => text.GetString(),
        _ => null,
    };
}
