using System.Text.Json;
using System.Text.RegularExpressions;
using Infra.Tests.Syntax;

namespace Infra.Tests.Checks;

/// <summary>Roles are built in, have their right ids, and nobody has more of them than the list below says.</summary>
public static partial class RoleChecks
{
    /// <summary>Who gets which role from which module. More rights are given on purpose or not at all.</summary>
    public static readonly IReadOnlyList<(string Module, string Principal, string Role)> Grants =
    [
        ("captureRole", "captureIdentity!.outputs.principalId", "Storage Blob Data Contributor"),
        ("durableTaskScheduler", "appIdentity.outputs.principalId", "Durable Task Data Contributor"),
        ("eventHubs", "appIdentity.outputs.principalId", "Azure Event Hubs Data Receiver"),
        ("eventHubs", "appIdentity.outputs.principalId", "Azure Event Hubs Data Sender"),
        ("eventHubs", "id", "Azure Event Hubs Data Sender"),
        ("exportRole", "appIdentity.outputs.principalId", "Storage Blob Data Contributor"),
        ("hostStorage", "appIdentity.outputs.principalId", "Storage Blob Data Owner"),
        ("hostStorage", "appIdentity.outputs.principalId", "Storage Queue Data Contributor"),
        ("hostStorage", "appIdentity.outputs.principalId", "Storage Table Data Contributor"),
        ("keyVault", "appIdentity.outputs.principalId", "Key Vault Secrets User"),
        ("meteringStorage", "appIdentity.outputs.principalId", "Storage Table Data Contributor"),
        ("monitoring", "appIdentity.outputs.principalId", "Monitoring Metrics Publisher"),
    ];

    public static IEnumerable<string> Check(InfraFiles files)
    {
        using JsonDocument data = Repository.ReadData("built-in-roles.json");
        Dictionary<string, string> published = data.RootElement.GetProperty("roles").EnumerateObject()
            .ToDictionary(role => role.Name, role => role.Value.GetProperty("id").GetString()!);
        foreach (BicepFile file in files.Templates)
        {
            foreach (string problem in Ids(file, published).Concat(Assignments(file)).Concat(Uses(files, file)))
            {
                yield return $"{file.Path}: {problem}";
            }
        }

        (string, string, string)[] given = [.. files.Templates.SelectMany(Given).OrderBy(grant => grant, Comparer<(string, string, string)>.Default)];
        foreach ((string module, string principal, string role) in given.Except(Grants))
        {
            yield return $"'{module}' gives '{role}' to '{principal}', which nobody asked for";
        }

        foreach ((string module, string principal, string role) in Grants.Except(given))
        {
            yield return $"'{module}' does not give '{role}' to '{principal}'";
        }
    }

    private static IEnumerable<string> Ids(BicepFile file, Dictionary<string, string> published)
    {
        SyntaxNode? roles = file.Variables.GetValueOrDefault("builtInRoles");
        foreach ((string role, SyntaxNode id) in roles?.Properties() ?? [])
        {
            if (!published.TryGetValue(role, out string? right))
            {
                yield return $"'{role}' is not in the list of built-in roles";
            }
            else if (id.StringLiteral() != right)
            {
                yield return $"'{role}' has the id {right}, not {id.StringLiteral()}";
            }
        }

        foreach (SyntaxNode text in file.Root.All().Where(node => node.Kind == "string" && Guid().IsMatch(node.Text)))
        {
            if (roles is null || !roles.All().Contains(text))
            {
                yield return $"line {text.Line}: an id stands outside of builtInRoles";
            }
        }
    }

    private static IEnumerable<string> Assignments(BicepFile file)
    {
        foreach (BicepResource assignment in file.Resources.Where(resource => resource.Type == "Microsoft.Authorization/roleAssignments"))
        {
            SyntaxNode? properties = assignment.Body.Property("properties");
            if (properties?.Property("roleDefinitionId")?.Flat() is not { } id || !RoleDefinition().IsMatch(id))
            {
                yield return $"'{assignment.Symbol}' does not take its role from builtInRoles";
            }

            if (properties?.Property("principalType")?.StringLiteral() != "ServicePrincipal")
            {
                yield return $"'{assignment.Symbol}' does not say that its principal is a service principal";
            }

            if (assignment.Body.Property("scope") is not { Kind: "identifier" })
            {
                yield return $"'{assignment.Symbol}' is not limited to one resource";
            }
        }
    }

    private static IEnumerable<string> Uses(InfraFiles files, BicepFile file)
    {
        foreach (BicepModule module in file.Modules)
        {
            SyntaxNode? known = files.Resolve(file, module.Path)?.Variables.GetValueOrDefault("builtInRoles");
            foreach (SyntaxNode role in RolesOf(module))
            {
                if (known?.Property(role.StringPattern() ?? "") is null)
                {
                    yield return $"line {role.Line}: '{module.Path}' does not know the role {role.Text}";
                }
            }
        }
    }

    private static IEnumerable<SyntaxNode> RolesOf(BicepModule module) =>
        module.Body.All().Where(node => node.Kind == "object").Select(node => node.Property("role")).OfType<SyntaxNode>();

    private static IEnumerable<(string Module, string Principal, string Role)> Given(BicepFile file) =>
        from module in file.Modules
        from grant in module.Body.All().Where(node => node.Kind == "object" && node.Property("role") is not null)
        select (module.Symbol, grant.Property("principalId")?.Flat() ?? "", grant.Property("role")!.StringPattern() ?? "");

    [GeneratedRegex("[0-9a-fA-F]{8}-([0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}")]
    private static partial Regex Guid();

    [GeneratedRegex(@"^subscriptionResourceId\('Microsoft\.Authorization/roleDefinitions', builtInRoles\[(grant\.)?role\]\)$")]
    private static partial Regex RoleDefinition();
}
