using System.Text.Json;
using System.Text.RegularExpressions;
using Infra.Tests.Checks;
using Infra.Tests.Compiler;

namespace Infra.Tests;

/// <summary>What alerts and the workbook look for is written by the code, and operators are told what each alert asks of them.</summary>
[Collection(InfraCollection.Name)]
public sealed partial class MonitoringTests(InfraFixture fixture)
{
    private static readonly string[] Writers = ["MeterFunctions", "Metering.Api"];

    // What the Functions host writes for each batch of a hub.
    private static readonly string[] OfTheHost = ["EnqueueTimeUtc"];

    private IReadOnlyList<DeployedResource> LogAlerts =>
        [.. fixture.Infra.Deployments[CompiledInfra.Production].OfType("Microsoft.Insights/scheduledQueryRules")];

    [Fact]
    public void Lines_that_alerts_and_the_workbook_look_for_are_written_by_the_code()
    {
        string[] sources = [.. Writers.SelectMany(Sources)];
        string[] phrases =
        [
            .. LogAlerts.Select(alert => alert.Property("properties/criteria/allOf")!.Value[0].GetProperty("query").GetString()!)
                .Concat(Queries().Select(one => one.Query))
                .SelectMany(query => Phrase().Matches(query)).Select(match => match.Groups["phrase"].Value).Distinct().Except(OfTheHost),
        ];

        Assert.NotEmpty(phrases);
        Assert.All(phrases, phrase => Assert.Contains(sources, source => source.Contains(phrase, StringComparison.Ordinal)));
    }

    /// <summary>An alert may need a single line, such as that of a failed export. Requests are counted, each with its weight.</summary>
    [Fact]
    public void What_an_alert_looks_for_is_not_sampled_away()
    {
        using JsonDocument host = Repository.ReadJson("host.json");
        string[] kept = HostJson.Values(host.RootElement)["logging.applicationInsights.samplingSettings.excludedTypes"].GetString()!
            .Split(';');
        string[] queries =
            [.. LogAlerts.Select(alert => alert.Property("properties/criteria/allOf")!.Value[0].GetProperty("query").GetString()!.Trim())];

        Assert.NotEmpty(queries);
        Assert.All(queries, query => Assert.True(
            query.StartsWith("AppTraces", StringComparison.Ordinal) ? kept.Contains("Trace")
                : query.Contains("sum(ItemCount)", StringComparison.Ordinal),
            query));
    }

    [Fact]
    public void Every_alert_has_a_heading_that_says_what_to_do()
    {
        string section = Repository.Read("docs", "operating.md").Split("\n## ")
            .Single(part => part.StartsWith("Alerts in Azure", StringComparison.Ordinal));
        string[] alerts =
        [
            .. LogAlerts.Select(alert => alert.Property("properties/displayName")!.Value.GetString()!),
            .. fixture.Infra.Deployments[CompiledInfra.Production].OfType("Microsoft.Insights/metricAlerts")
                .Select(alert => alert.Name[(alert.Name.IndexOf("-prod-", StringComparison.Ordinal) + "-prod-".Length)..]),
        ];

        Assert.Equal(
            alerts.Order(StringComparer.Ordinal),
            Heading().Matches(section).Select(match => match.Groups["alert"].Value).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void The_workbook_is_deployed_with_a_title_for_each_of_its_queries()
    {
        DeployedResource workbook = Assert.Single(fixture.Infra.Deployments[CompiledInfra.Production].OfType("Microsoft.Insights/workbooks"));
        using var data = JsonDocument.Parse(workbook.Property("properties/serializedData")!.Value.GetString()!);
        string[] names = [.. data.RootElement.GetProperty("items").EnumerateArray().Select(item => item.GetProperty("name").GetString()!)];

        Assert.Equal("Notebook/1.0", data.RootElement.GetProperty("version").GetString());
        Assert.Equal(names, names.Distinct());
        Assert.All(Queries(), one => Assert.False(string.IsNullOrWhiteSpace(one.Title), one.Query));
    }

    private static IReadOnlyList<(string Title, string Query)> Queries()
    {
        using JsonDocument workbook = Repository.ReadJson("infra", "workbook.json");
        return
        [
            .. workbook.RootElement.GetProperty("items").EnumerateArray().Select(item => item.GetProperty("content"))
                .Where(content => content.TryGetProperty("query", out _))
                .Select(content => (content.GetProperty("title").GetString()!, content.GetProperty("query").GetString()!)),
        ];
    }

    private static IEnumerable<string> Sources(string project)
    {
        string folder = Repository.PathOf("src", project);
        return Directory.EnumerateFiles(folder, "*.cs", SearchOption.AllDirectories)
            .Where(path => !path[folder.Length..].Split(Path.DirectorySeparatorChar).Any(part => part is "obj" or "bin"))
            .Select(File.ReadAllText);
    }

    [GeneratedRegex("has \"(?<phrase>[^\"]+)\"")]
    private static partial Regex Phrase();

    [GeneratedRegex("^### (?<alert>.+)$", RegexOptions.Multiline)]
    private static partial Regex Heading();
}
