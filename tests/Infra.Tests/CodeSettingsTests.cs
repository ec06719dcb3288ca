using System.Text.Json;
using Infra.Tests.Checks;
using Infra.Tests.Compiler;
using Metering.Api;

namespace Infra.Tests;

/// <summary>What the code of the Functions app reads and writes agrees with the templates.</summary>
[Collection(InfraCollection.Name)]
public sealed class CodeSettingsTests(InfraFixture fixture)
{
    [Fact]
    public void Every_setting_that_the_code_reads_is_set()
    {
        string[] known = [.. AppSettings.InAzure(fixture.Infra), .. AppSettings.LocalOnly.Keys];
        string[] local = [.. AppSettings.Local().Keys];
        foreach (string setting in Sources().SelectMany(AppSettings.ReadBy).Distinct().Where(name => name != MeteringOptions.Section))
        {
            Assert.True(AppSettings.IsKnown(setting, known), $"the code reads '{setting}', and modules/function-app.bicep does not set it");
            Assert.True(
                AppSettings.IsKnown(setting, local), $"the code reads '{setting}', and local.settings.sample.json does not have it");
        }
    }

    [Theory]
    [InlineData("AnswerWaitMilliseconds")]
    [InlineData("IdempotencyDays")]
    [InlineData("LedgerRetentionDays")]
    [InlineData("LateWindowHours")]
    public void A_parameter_that_is_an_option_has_its_default_and_range(string option)
    {
        string name = char.ToLowerInvariant(option[0]) + option[1..];
        JsonElement ofAll = Parameter(fixture.Infra.Template, name);
        JsonElement ofApp = Parameter(fixture.Infra.Template.All().Single(template => template.Name == "functionApp"), name);

        Assert.Equal(AppOptions.DefaultOf(option), ofAll.GetProperty("defaultValue").GetInt32());
        Assert.Equal(AppOptions.RangeOf(option), (ofApp.GetProperty("minValue").GetInt64(), ofApp.GetProperty("maxValue").GetInt64()));
    }

    [Fact]
    public void Settings_are_found_in_code()
    {
        const string Code = """
            string days = configuration["Metering:IdempotencyDays"];
            [EventHubTrigger("%MeteringEventHub%", Connection = "MeteringEvents", ConsumerGroup = "%MeteringEventHubConsumerGroup%")]
            string token = Environment.GetEnvironmentVariable("METERING_BOOTSTRAP_TOKEN");
            """;
        Assert.Equal(
            [
                "METERING_BOOTSTRAP_TOKEN", "MeteringEventHub", "MeteringEventHubConsumerGroup", "MeteringEvents",
                "Metering__IdempotencyDays",
            ],
            AppSettings.ReadBy(Code).Distinct().Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("MeteringEvents", true)]
    [InlineData("MeteringStorage__accountName", true)]
    [InlineData("Metering__Tokens", true)]
    [InlineData("MeteringEventHub", true)]
    [InlineData("MeteringEvent", false)]
    [InlineData("Metering__Event", false)]
    [InlineData("MeteringQueue", false)]
    public void A_setting_is_known_by_its_name_its_connection_or_its_list(string setting, bool known) =>
        Assert.Equal(known, AppSettings.IsKnown(setting, AppSettings.InAzure(fixture.Infra)));

    private static JsonElement Parameter(CompiledTemplate template, string name) =>
        template.Parameters.Single(parameter => parameter.Name == name).Value;

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
