using System.Text.RegularExpressions;
using Infra.Tests.Checks;
using Infra.Tests.Compiler;

namespace Infra.Tests;

/// <summary>What the code of the Functions app reads and writes agrees with the templates.</summary>
[Collection(InfraCollection.Name)]
public sealed partial class CodeSettingsTests(InfraFixture fixture)
{
    // Names that the code may know and the templates need not set: another name of a setting that is there.
    private static readonly string[] OtherNames = ["METERING_BOOTSTRAP_TOKEN", "Metering"];

    // What has a default that is right nearly everywhere, and is given in additionalSettings where it is not; settings.md says so.
    private static readonly string[] LeftToTheOperator = ["Metering__MaxOpenHolds", "Metering__TestClockInProduction"];

    [Fact]
    public void Every_setting_that_the_code_reads_is_set()
    {
        string[] known = [.. AppSettings.InAzure(fixture.Infra), .. AppSettings.LocalOnly.Keys];
        string[] local = [.. AppSettings.Local().Keys];
        foreach (string setting in Sources().SelectMany(AppSettings.ReadBy).Distinct().Except([.. OtherNames, .. LeftToTheOperator]))
        {
            Assert.True(AppSettings.IsKnown(setting, known), $"the code reads '{setting}', and modules/function-app.bicep does not set it");
            Assert.True(AppSettings.IsKnown(setting, local), $"the code reads '{setting}', and local.settings.sample.json does not have it");
        }
    }

    [Fact]
    public void Every_option_of_the_app_is_explained()
    {
        string documentation = Repository.Read("infra", "settings.md");
        string[] options = [.. Sources("MeterFunctions").Concat(Sources("Metering.Api")).SelectMany(AppSettings.OptionsIn).Distinct()];
        Assert.Contains("Metering__IdempotencyDays", options);
        Assert.Contains("Metering__Webhooks__TimeoutSeconds", options);

        // An option with parts of its own is explained by them.
        Assert.All(options, option => Assert.True(
            documentation.Contains($"`{option}`", StringComparison.Ordinal) || documentation.Contains($"`{option}__", StringComparison.Ordinal),
            $"infra/settings.md does not explain '{option}'"));
    }

    [Fact]
    public void Lines_that_alerts_look_for_are_written_by_the_code()
    {
        DeployedResource alert = fixture.Infra.Deployments[CompiledInfra.Production].OfType("Microsoft.Insights/scheduledQueryRules")
            .Single(rule => rule.Name.EndsWith("-dead-letters", StringComparison.Ordinal));
        string query = alert.Property("properties/criteria/allOf")!.Value[0].GetProperty("query").GetString()!;
        string[] phrases = [.. Phrase().Matches(query).Select(match => match.Groups["phrase"].Value)];
        Assert.NotEmpty(phrases);

        string[] sources = [.. Sources()];
        if (sources.Length > 0)
        {
            Assert.All(phrases, phrase => Assert.Contains(sources, source => source.Contains(phrase, StringComparison.Ordinal)));
        }
    }

    [Fact]
    public void Settings_are_found_in_code()
    {
        const string Code = """
            public sealed class IngestOptions
            {
                public const string Section = "Metering";
                public int IdempotencyDays { get; init; } = 35;
                public required string ExportContainer { get; init; }
            }

            public sealed class TokenOption
            {
                public string Name { get; set; } = "";
            }

            string hub = configuration["Metering:EventHub"];
            [EventHubTrigger("%Metering:EventHub%", Connection = "MeteringEvents", ConsumerGroup = "%Metering__EventHubConsumerGroup%")]
            string token = Environment.GetEnvironmentVariable("METERING_BOOTSTRAP_TOKEN");
            """;
        Assert.Equal(
            [
                "METERING_BOOTSTRAP_TOKEN", "Metering", "MeteringEvents", "Metering__EventHub", "Metering__EventHubConsumerGroup",
                "Metering__ExportContainer", "Metering__IdempotencyDays",
            ],
            AppSettings.ReadBy(Code).Distinct().Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("MeteringEvents", true)]
    [InlineData("MeteringStorage__accountName", true)]
    [InlineData("Metering__Tokens", true)]
    [InlineData("Metering__EventHub", true)]
    [InlineData("Metering__Event", false)]
    [InlineData("MeteringQueue", false)]
    public void A_setting_is_known_by_its_name_its_connection_or_its_list(string setting, bool known) =>
        Assert.Equal(known, AppSettings.IsKnown(setting, AppSettings.InAzure(fixture.Infra)));

    [GeneratedRegex("has \"(?<phrase>[^\"]+)\"")]
    private static partial Regex Phrase();

    private static IEnumerable<string> Sources(string project = "MeterFunctions")
    {
        string folder = Repository.PathOf("src", project);
        return Directory.Exists(folder)
            ? Directory.EnumerateFiles(folder, "*.cs", SearchOption.AllDirectories)
                .Where(path => !path[folder.Length..].Split(Path.DirectorySeparatorChar).Any(part => part is "obj" or "bin"))
                .Select(File.ReadAllText)
            : [];
    }
}
