using System.Text.Json;
using System.Text.RegularExpressions;
using Infra.Tests.Compiler;

namespace Infra.Tests.Checks;

/// <summary>Roles are built in, and nobody has more of them, or on more, than the list below says.</summary>
public static partial class RoleChecks
{
    /// <summary>Who has which role on what. More rights are given on purpose or not at all.</summary>
    public static readonly IReadOnlyList<(string Principal, string Role, string On)> Grants =
    [
        ("app", "Azure Event Hubs Data Receiver", "Microsoft.EventHub/namespaces/evhns/eventhubs/usage"),
        ("app", "Azure Event Hubs Data Sender", "Microsoft.EventHub/namespaces/evhns/eventhubs/usage"),
        ("app", "Key Vault Secrets User", "Microsoft.KeyVault/vaults/kv"),
        ("app", "Monitoring Metrics Publisher", "Microsoft.Insights/components/appi"),
        ("app", "Storage Blob Data Contributor", "Microsoft.Storage/storageAccounts/stmeter/blobServices/default/containers/exports"),
        ("app", "Storage Blob Data Owner", "Microsoft.Storage/storageAccounts/sthost"),
        ("app", "Storage Queue Data Contributor", "Microsoft.Storage/storageAccounts/sthost"),
        ("app", "Storage Table Data Contributor", "Microsoft.Storage/storageAccounts/sthost"),
        ("app", "Storage Table Data Contributor", "Microsoft.Storage/storageAccounts/stmeter"),
        ("capture", "Storage Blob Data Contributor", "Microsoft.Storage/storageAccounts/stmeter/blobServices/default/containers/captures"),
        (Producer, "Azure Event Hubs Data Sender", "Microsoft.EventHub/namespaces/evhns/eventhubs/usage"),
    ];

    // The one that everything.bicepparam names.
    private const string Producer = "11111111-1111-1111-1111-111111111111";

    public static IEnumerable<string> Check(CompiledInfra infra)
    {
        foreach ((string file, Deployment deployment) in infra.Environments)
        {
            foreach (string problem in Check(deployment, all: file == CompiledInfra.Everything))
            {
                yield return $"{file}: {problem}";
            }
        }
    }

    private static IEnumerable<string> Check(Deployment deployment, bool all)
    {
        List<(string Principal, string Role, string On)> given = [];
        foreach (DeployedResource assignment in deployment.OfType("Microsoft.Authorization/roleAssignments"))
        {
            string principal = PrincipalOf(assignment.Property("properties/principalId")!.Value.GetString()!);
            string id = assignment.Property("properties/roleDefinitionId")!.Value.GetString()!.Split('/')[^1];
            string? role = Published().GetValueOrDefault(id);
            if (role is null)
            {
                yield return $"'{principal}' is given the role {id}, which is not in the list of built-in roles";
            }

            if (assignment.Scope is null)
            {
                yield return $"the role '{role ?? id}' of '{principal}' is not limited to one resource";
            }

            if (assignment.Property("properties/principalType")?.GetString() != "ServicePrincipal")
            {
                yield return $"the role '{role ?? id}' does not say that '{principal}' is a service principal";
            }

            given.Add((principal, role ?? id, assignment.Scope is null ? "the resource group" : DeployedResource.Plain(assignment.Scope)));
        }

        foreach ((string principal, string role, string on) in given.Except(Grants))
        {
            yield return $"'{principal}' is given '{role}' on {on}, which nobody asked for";
        }

        foreach ((string principal, string role, string on) in Grants.Except(given).Where(_ => all))
        {
            yield return $"'{principal}' is not given '{role}' on {on}";
        }
    }

    private static Dictionary<string, string> Published()
    {
        using JsonDocument data = Repository.ReadData("built-in-roles.json");
        return data.RootElement.GetProperty("roles").EnumerateObject()
            .ToDictionary(role => role.Value.GetProperty("id").GetString()!, role => role.Name);
    }

    private static string PrincipalOf(string principalId) =>
        Identity().Match(principalId) is { Success: true } identity ? identity.Groups["name"].Value : principalId;

    [GeneratedRegex("/userAssignedIdentities/id-meter-[a-z]+-(?<name>[a-z]+)'")]
    private static partial Regex Identity();
}
