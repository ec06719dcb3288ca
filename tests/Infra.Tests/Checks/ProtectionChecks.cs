using Infra.Tests.Syntax;

namespace Infra.Tests.Checks;

/// <summary>What the README promises about protection is set, on every resource of its type.</summary>
public static class ProtectionChecks
{
    private static readonly (string Type, string Property, string[] Values)[] Promises =
    [
        ("Microsoft.Storage/storageAccounts", "properties/allowSharedKeyAccess", ["false"]),
        ("Microsoft.Storage/storageAccounts", "properties/allowBlobPublicAccess", ["false"]),
        ("Microsoft.Storage/storageAccounts", "properties/allowCrossTenantReplication", ["false"]),
        ("Microsoft.Storage/storageAccounts", "properties/defaultToOAuthAuthentication", ["true"]),
        ("Microsoft.Storage/storageAccounts", "properties/minimumTlsVersion", ["'TLS1_2'", "'TLS1_3'"]),
        ("Microsoft.Storage/storageAccounts", "properties/supportsHttpsTrafficOnly", ["true"]),
        ("Microsoft.Storage/storageAccounts/blobServices/containers", "properties/publicAccess", ["'None'"]),
        ("Microsoft.EventHub/namespaces", "properties/disableLocalAuth", ["true"]),
        ("Microsoft.EventHub/namespaces", "properties/minimumTlsVersion", ["'1.2'"]),
        ("Microsoft.Insights/components", "properties/DisableLocalAuth", ["true"]),
        ("Microsoft.OperationalInsights/workspaces", "properties/features/disableLocalAuth", ["true"]),
        ("Microsoft.KeyVault/vaults", "properties/enableRbacAuthorization", ["true"]),
        ("Microsoft.KeyVault/vaults", "properties/enablePurgeProtection", ["true"]),
        ("Microsoft.Web/sites", "properties/httpsOnly", ["true"]),
        ("Microsoft.Web/sites", "properties/siteConfig/minTlsVersion", ["'1.2'", "'1.3'"]),
        ("Microsoft.Web/sites", "properties/siteConfig/scmMinTlsVersion", ["'1.2'", "'1.3'"]),
        ("Microsoft.Web/sites/basicPublishingCredentialsPolicies", "properties/allow", ["false"]),
        ("Microsoft.Web/sites", "properties/functionAppConfig/deployment/storage/authentication/type", ["'UserAssignedIdentity'"]),
        ("Microsoft.Web/sites", "properties/functionAppConfig/runtime/name", ["'dotnet-isolated'"]),
        ("Microsoft.Web/sites", "properties/functionAppConfig/runtime/version", ["'10.0'"]),
        ("Microsoft.Web/serverfarms", "sku/name", ["'FC1'"]),
    ];

    // What keeps data or takes requests tells the workspace what happens to it.
    private static readonly string[] Diagnosed =
    [
        "Microsoft.EventHub/namespaces", "Microsoft.KeyVault/vaults", "Microsoft.Storage/storageAccounts",
        "Microsoft.Storage/storageAccounts/blobServices", "Microsoft.Storage/storageAccounts/tableServices", "Microsoft.Web/sites",
    ];

    public static IEnumerable<string> Check(InfraFiles files)
    {
        List<(BicepFile File, BicepResource Resource)> resources =
            [.. files.Templates.SelectMany(file => file.Resources.Select(resource => (file, resource)))];
        foreach ((string type, string property, string[] values) in Promises)
        {
            List<(BicepFile File, BicepResource Resource)> deployed = [.. resources.Where(r => r.Resource.Type == type && !r.Resource.Existing)];
            if (deployed.Count == 0)
            {
                yield return $"no resource is a {type}";
            }

            foreach ((BicepFile file, BicepResource resource) in deployed)
            {
                string? value = property.Split('/').Aggregate((SyntaxNode?)resource.Body, (node, step) => node?.Property(step))?.Text;
                if (value is null || !values.Contains(value))
                {
                    yield return $"{file.Path}: resource '{resource.Symbol}': {property} is {value ?? "not set"}, not {string.Join(" or ", values)}";
                }
            }
        }

        foreach (string name in new[] { "ftp", "scm" })
        {
            if (!resources.Any(r => r.Resource.Type.EndsWith("/basicPublishingCredentialsPolicies", StringComparison.Ordinal)
                && r.Resource.Body.Property("name")?.StringLiteral() == name))
            {
                yield return $"publishing over {name} with a password is not turned off";
            }
        }

        foreach (string type in Diagnosed)
        {
            bool diagnosed = resources.Any(r => r.Resource.Type == type && resources.Any(d => d.File == r.File
                && d.Resource.Type == "Microsoft.Insights/diagnosticSettings"
                && d.Resource.Body.Property("scope")?.Text == r.Resource.Symbol));
            if (!diagnosed)
            {
                yield return $"{type} has no diagnostic settings";
            }
        }
    }
}
