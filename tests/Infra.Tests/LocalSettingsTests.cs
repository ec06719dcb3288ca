using System.Text.Json;
using Infra.Tests.Checks;
using Infra.Tests.Compiler;

namespace Infra.Tests;

/// <summary>The settings of a developer's machine, and their documentation.</summary>
[Collection(InfraCollection.Name)]
public sealed class LocalSettingsTests(InfraFixture fixture)
{
    [Fact]
    public void It_has_the_form_that_the_tools_read()
    {
        using JsonDocument settings = Repository.ReadJson("local.settings.sample.json");
        Assert.False(settings.RootElement.GetProperty("IsEncrypted").GetBoolean());
        Assert.All(
            settings.RootElement.GetProperty("Values").EnumerateObject(),
            value => Assert.Equal(JsonValueKind.String, value.Value.ValueKind));
    }

    [Fact]
    public void It_starts_with_the_storage_emulator_and_nothing_else()
    {
        IReadOnlyDictionary<string, string> settings = AppSettings.Local();
        Assert.Equal("dotnet-isolated", settings["FUNCTIONS_WORKER_RUNTIME"]);
        Assert.Equal("UseDevelopmentStorage=true", settings["AzureWebJobsStorage"]);
        Assert.Equal("UseDevelopmentStorage=true", settings["MeteringStorage"]);

        // Without a hub there is no trigger on it, and events go to the licenses directly.
        Assert.Equal("true", settings["AzureWebJobs.IngestUsage.Disabled"]);
        Assert.Equal("", settings["MeteringEvents"]);
    }

    [Fact]
    public void It_holds_no_secret() =>
        Assert.All(AppSettings.Local().Values, value => Assert.False(SecretChecks.LooksSecret(value), value));

    [Fact]
    public void Every_setting_is_explained()
    {
        string documentation = Repository.Read("infra", "settings.md");
        Assert.All(
            AppSettings.InAzure(fixture.Infra).Concat(AppSettings.Local().Keys).Distinct(),
            setting => Assert.Contains($"`{setting}`", documentation, StringComparison.Ordinal));
    }

    [Fact]
    public void The_emulator_of_the_hub_has_the_hub_and_the_consumer_group_of_the_settings()
    {
        IReadOnlyDictionary<string, string> settings = AppSettings.Local();
        using JsonDocument emulator = Repository.ReadJson("infra", "local", "eventhubs-emulator.json");
        JsonElement hub = emulator.RootElement.GetProperty("UserConfig").GetProperty("NamespaceConfig")[0].GetProperty("Entities")[0];
        Assert.Equal(settings["MeteringEventHub"], hub.GetProperty("Name").GetString());
        Assert.Equal(settings["MeteringEventHubConsumerGroup"], hub.GetProperty("ConsumerGroups")[0].GetProperty("Name").GetString());
    }
}
