using System.Text.Json;
using System.Text.RegularExpressions;
using Infra.Tests.Compiler;

namespace Infra.Tests.Checks;

/// <summary>The settings of the app: in Azure, on a developer's machine, in the code, and in the documentation.</summary>
public static partial class AppSettings
{
    /// <summary>Settings that Azure must not get, and why.</summary>
    public static readonly IReadOnlyDictionary<string, string> LocalOnly = new Dictionary<string, string>
    {
        ["FUNCTIONS_WORKER_RUNTIME"] = "the plan has it in functionAppConfig.runtime",
        ["METERING_BOOTSTRAP_TOKEN"] = "a token in the open; Azure gets hashes in Metering__Tokens",
        ["Metering__BootstrapToken"] = "the same by its other name",
    };

    /// <summary>Settings that the plan refuses or ignores.</summary>
    public static readonly IReadOnlyList<string> NotOnThisPlan =
    [
        "ENABLE_ORYX_BUILD", "FUNCTIONS_EXTENSION_VERSION", "FUNCTIONS_MAX_HTTP_CONCURRENCY", "FUNCTIONS_WORKER_PROCESS_COUNT",
        "FUNCTIONS_WORKER_RUNTIME", "FUNCTIONS_WORKER_RUNTIME_VERSION", "SCM_DO_BUILD_DURING_DEPLOYMENT",
        "WEBSITE_CONTENTAZUREFILECONNECTIONSTRING", "WEBSITE_CONTENTSHARE", "WEBSITE_MAX_DYNAMIC_APPLICATION_SCALE_OUT",
        "WEBSITE_NODE_DEFAULT_VERSION", "WEBSITE_RUN_FROM_PACKAGE",
    ];

    private const string HostJsonPrefix = "AzureFunctionsJobHost__";

    // A connection by identity is a group of settings under the name of the connection.
    private static readonly string[] IdentitySuffixes = ["__accountName", "__fullyQualifiedNamespace", "__credential", "__clientId"];

    /// <summary>The settings that the templates can give the app. Of a list it is the first member's.</summary>
    public static IReadOnlySet<string> InAzure(CompiledInfra infra) => new[] { CompiledInfra.AppWithEverything, CompiledInfra.AppAlone }
        .SelectMany(
            file => infra.Deployments[file].OfType("Microsoft.Web/sites/config")
                .Where(config => config.Name.EndsWith("/appsettings", StringComparison.Ordinal)))
        .SelectMany(settings => settings.Property("properties")!.Value.EnumerateObject())
        .Select(setting => setting.Name)
        .ToHashSet();

    public static IReadOnlyDictionary<string, string> Local()
    {
        using JsonDocument settings = Repository.ReadJson("local.settings.sample.json");
        return settings.RootElement.GetProperty("Values").EnumerateObject()
            .ToDictionary(value => value.Name, value => value.Value.GetString()!);
    }

    public static IEnumerable<string> Check(CompiledInfra infra) => Check(InAzure(infra), Local().Keys, HostJson.KnownKeys());

    public static IEnumerable<string> Check(IReadOnlySet<string> azure, IEnumerable<string> local, HostJsonKeys hostKeys)
    {
        HashSet<string> here = [.. local];
        foreach (string name in here.Where(name => !LocalOnly.ContainsKey(name)))
        {
            if (!azure.Contains(name) && !IdentitySuffixes.Any(suffix => azure.Contains(name + suffix)))
            {
                yield return $"'{name}' is set locally and not in Azure";
            }
        }

        foreach (string name in
            azure.Concat(here).Distinct().Where(name => name.StartsWith("Metering__", StringComparison.Ordinal) && !AppOptions.Has(name)))
        {
            yield return $"'{name}' is no option of the app, which would not start";
        }

        foreach (string name in azure)
        {
            if (LocalOnly.TryGetValue(name, out string? reason))
            {
                yield return $"'{name}' is set in Azure: {reason}";
            }

            if (NotOnThisPlan.Contains(name))
            {
                yield return $"'{name}' does not exist on this plan";
            }

            if (name.StartsWith(HostJsonPrefix, StringComparison.Ordinal))
            {
                string key = name[HostJsonPrefix.Length..].Replace("__", ".", StringComparison.Ordinal);
                if (!hostKeys.Contains(key))
                {
                    yield return $"'{name}' stands for a key that host.json cannot have";
                }
            }
            else if (!here.Contains(name) && !here.Contains(BaseName(name)))
            {
                yield return $"'{name}' is set in Azure and not in local.settings.sample.json";
            }
        }

        // Without this one, an identity is not used but a connection string looked for.
        foreach (string connection in azure.Where(name => name.EndsWith("__credential", StringComparison.Ordinal)).Select(BaseName))
        {
            if (!azure.Contains(connection + "__clientId") || !IdentitySuffixes[..2].Any(suffix => azure.Contains(connection + suffix)))
            {
                yield return $"the connection '{connection}' by identity is not complete";
            }
        }
    }

    /// <summary>The settings that source code reads by their names; those that are options are in <see cref="AppOptions"/>.</summary>
    public static IEnumerable<string> ReadBy(string source) =>
        Key().Matches(source).Select(match => match.Groups["key"].Value.Replace(":", "__", StringComparison.Ordinal));

    /// <summary>Whether a setting, or a list or connection of that name, is among those that are known.</summary>
    public static bool IsKnown(string setting, IEnumerable<string> known) =>
        known.Any(
            name => name == setting || name.StartsWith(setting + "__", StringComparison.Ordinal) || BaseName(name) == BaseName(setting));

    private static string BaseName(string name)
    {
        string? suffix = IdentitySuffixes.FirstOrDefault(suffix => name.EndsWith(suffix, StringComparison.Ordinal));
        return suffix is null ? name : name[..^suffix.Length];
    }

    [GeneratedRegex("""
        "%?(?<key>Metering(Storage|Events|EventHub|EventHubConsumerGroup)?((:|__)[A-Za-z0-9]+)*|METERING_[A-Z_]+|APPLICATIONINSIGHTS_[A-Z_]+)%?"
        """)]
    private static partial Regex Key();
}
