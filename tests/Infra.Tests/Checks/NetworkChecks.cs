using System.Text.Json;
using Infra.Tests.Compiler;

namespace Infra.Tests.Checks;

/// <summary>
/// Where there is a virtual network, storage, Event Hubs and key vault are reached through it alone, and under the names that they have
/// on the public network. Where there is none, nothing of it is deployed.
/// </summary>
public static class NetworkChecks
{
    private const string Endpoints = "Microsoft.Network/privateEndpoints";

    // By the end of the endpoint's name: the service, what the name of its zone begins with, and what is reached.
    private static readonly (string Name, string Service, string Zone, string Target)[] Reached =
    [
        ("host-blob", "blob", "privatelink.blob.", "Microsoft.Storage/storageAccounts/sthost"),
        ("host-queue", "queue", "privatelink.queue.", "Microsoft.Storage/storageAccounts/sthost"),
        ("host-table", "table", "privatelink.table.", "Microsoft.Storage/storageAccounts/sthost"),
        ("meter-blob", "blob", "privatelink.blob.", "Microsoft.Storage/storageAccounts/stmeter"),
        ("meter-table", "table", "privatelink.table.", "Microsoft.Storage/storageAccounts/stmeter"),
        ("event-hubs", "namespace", "privatelink.servicebus.windows.net", "Microsoft.EventHub/namespaces/evhns"),
        ("key-vault", "vault", "privatelink.vaultcore.azure.net", "Microsoft.KeyVault/vaults/kv"),
    ];

    public static IEnumerable<string> Check(CompiledInfra infra) =>
        from environment in infra.Environments
        from problem in Check(environment.Deployment)
        select $"{environment.File}: {problem}";

    private static IEnumerable<string> Check(Deployment deployment)
    {
        DeployedResource? network = deployment.OfType("Microsoft.Network/virtualNetworks").SingleOrDefault();
        IEnumerable<string> problems = network is null ? Without(deployment) : With(deployment, network);
        return problems.Concat(PublicAccess(deployment, network is not null));
    }

    private static IEnumerable<string> PublicAccess(Deployment deployment, bool isPrivate) =>
        from type in Reached.Select(reached => TypeOf(reached.Target)).Distinct()
        from resource in deployment.OfType(type)
        let access = resource.Property("properties/publicNetworkAccess")?.GetString()
        let right = isPrivate ? "Disabled" : "Enabled"
        where access != right
        select $"{type} '{resource.Name}': properties/publicNetworkAccess is {access ?? "not set"}, not {right}";

    private static IEnumerable<string> Without(Deployment deployment)
    {
        foreach (DeployedResource resource in
            deployment.Resources.Where(resource => resource.Type.StartsWith("Microsoft.Network/", StringComparison.Ordinal)))
        {
            yield return $"{resource.Type} '{resource.Name}' is deployed without a network";
        }

        if (IsInNetwork(deployment))
        {
            yield return "the app is in a network that is not deployed";
        }
    }

    private static IEnumerable<string> With(Deployment deployment, DeployedResource network)
    {
        if (!IsInNetwork(deployment))
        {
            yield return "the app is not in the network";
        }

        JsonElement app = network.Property("properties/subnets")!.Value.EnumerateArray()
            .Single(subnet => subnet.GetProperty("name").GetString() == "app");
        if (!app.GetRawText().Contains("\"Microsoft.App/environments\"", StringComparison.Ordinal))
        {
            yield return "the subnet 'app' is not one that the plan can use";
        }

        foreach ((string name, string service, string zone, string target) in Reached)
        {
            DeployedResource? endpoint = deployment.OfType(Endpoints)
                .SingleOrDefault(one => one.Name.EndsWith("-" + name, StringComparison.Ordinal));
            if (endpoint is null)
            {
                if (deployment.OfType(TypeOf(target)).Any())
                {
                    yield return $"there is no private endpoint '{name}'";
                }

                continue;
            }

            JsonElement connection = endpoint.Property("properties/privateLinkServiceConnections")!.Value[0].GetProperty("properties");
            if (connection.GetProperty("groupIds")[0].GetString() != service
                || DeployedResource.Plain(connection.GetProperty("privateLinkServiceId").GetString()!) != target
                || !endpoint.Property("properties/subnet/id")!.Value.GetString()!.EndsWith("/subnets/endpoints", StringComparison.Ordinal))
            {
                yield return $"the private endpoint '{name}' does not lead from the network to the {service} of {target}";
            }

            string named = deployment.OfType(Endpoints + "/privateDnsZoneGroups")
                .Single(group => group.Name.StartsWith(endpoint.Name + "/", StringComparison.Ordinal)).Body.GetProperty("properties").GetRawText();
            bool found = deployment.OfType("Microsoft.Network/privateDnsZones/virtualNetworkLinks")
                .Any(link => link.Name.Contains(zone, StringComparison.Ordinal));
            if (!named.Contains(zone, StringComparison.Ordinal) || !found)
            {
                yield return $"the private endpoint '{name}' has not the name of its service in the network";
            }
        }
    }

    private static string TypeOf(string target) => target[..target.LastIndexOf('/')];

    private static bool IsInNetwork(Deployment deployment) =>
        deployment.OfType("Microsoft.Web/sites").Single().Property("properties/virtualNetworkSubnetId") is
        { ValueKind: JsonValueKind.String } subnet && subnet.GetString()!.EndsWith("/subnets/app", StringComparison.Ordinal);
}
