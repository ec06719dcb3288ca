using MeterFunctions.Hosting;
using Metering;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace MeterFunctions.Tests.Hosting;

/// <summary>The app with settings that lead nowhere: it starts, lives, and says which one it is.</summary>
public sealed class SettingFaultsTests
{
    private const string Secret = "c2VjcmV0LXRoYXQtbXVzdC1ub3QtYmUtdG9sZA==";
    private const string Unresolved = "@Microsoft.KeyVault(VaultName=v;SecretName=" + Secret + ")";
    private const string Hub = "Endpoint=sb://hub.example/;SharedAccessKeyName=n;SharedAccessKey=" + Secret;
    private const string Storage =
        "DefaultEndpointsProtocol=https;AccountName=a;AccountKey=" + Secret + ";TableEndpoint=https://a.example/";

    [Theory]
    [InlineData("MeteringStorage", "", "MeteringStorage is not set. ")]
    [InlineData("MeteringStorage", "AccountKey=" + Secret, "MeteringStorage is not a connection string ")]
    [InlineData("MeteringStorage", Unresolved, "MeteringStorage is a reference to a secret that could not be read")]
    [InlineData("MeteringEvents", "SharedAccessKey=" + Secret, "MeteringEvents is not a connection string ")]
    [InlineData("MeteringEvents", Secret, "MeteringEvents is not a connection string ")]
    [InlineData("MeteringEvents", Unresolved, "MeteringEvents is a reference to a secret that could not be read")]
    [InlineData("MeteringEvents:fullyQualifiedNamespace", "https://hub.example/", "MeteringEvents__fullyQualifiedNamespace is not the name")]
    [InlineData("MeteringEvents:fullyQualifiedNamespace", "hub.example", "MeteringEventHub is not set")]
    [InlineData("MeteringEvents", Hub, "MeteringEventHub is not set")]
    public async Task A_connection_that_leads_nowhere_is_named_by_readiness_and_never_shown(string name, string value, string told)
    {
        await using var services = Start((name, value));

        var why = await services.GetRequiredService<IReadiness>().WhyNotReadyAsync(CancellationToken.None);

        Assert.StartsWith(told, why, StringComparison.Ordinal);
        Assert.DoesNotContain(Secret, why, StringComparison.Ordinal);
        Assert.Equal([why], services.GetRequiredService<SettingFaults>().All);
    }

    [Fact]
    public async Task Without_a_storage_every_port_can_be_made_and_says_why_it_answers_nothing()
    {
        await using var services = Start(("MeteringStorage", ""));

        var lost = await Assert.ThrowsAsync<StoreUnavailableException>(
            async () => await services.GetRequiredService<ICatalogStore>().ReadAsync(CancellationToken.None));

        Assert.StartsWith("MeteringStorage is not set.", lost.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_hub_that_cannot_be_reached_by_its_setting_takes_no_event()
    {
        await using var services = Start(("MeteringEvents", Secret));
        var usage = new UsageEvent { EventId = "evt_1", Metric = "api_calls", TenantId = "tenant_acme", Quantity = 1 };

        var taken = await services.GetRequiredService<IEventIntake>().TakeAsync([usage], CancellationToken.None);

        Assert.Equal((0, IntakeResult.Busy), (taken.Accepted, Assert.Single(taken.Rejected).Code));
    }

    [Fact]
    public async Task A_lease_key_that_is_not_in_the_key_vault_yet_stops_leases_and_nothing_else()
    {
        await using var services = Start(("Metering:LeaseSigningKey", Unresolved));

        services.GetRequiredService<IStartupValidator>().Validate();
        await Assert.ThrowsAsync<StoreUnavailableException>(
            async () => await services.GetRequiredService<ILeaseKeys>().ReadAsync(CancellationToken.None));

        var fault = Assert.Single(services.GetRequiredService<SettingFaults>().All);
        Assert.StartsWith("Metering:LeaseSigningKey is a reference to a secret that could not be read", fault, StringComparison.Ordinal);
        Assert.DoesNotContain(Secret, fault, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Settings_that_lead_somewhere_are_no_fault()
    {
        await using var services = Start(("MeteringEvents", Hub), ("MeteringEventHub", "usage"));

        Assert.Empty(services.GetRequiredService<SettingFaults>().All);
    }

    private static ServiceProvider Start(params (string Name, string Value)[] settings)
    {
        var values = new Dictionary<string, string?> { ["MeteringStorage"] = Storage };
        foreach (var (name, value) in settings)
        {
            values[name] = value;
        }

        var configuration = new ConfigurationBuilder().AddInMemoryCollection(values).Build();
        return new ServiceCollection().AddLogging().AddSingleton<IConfiguration>(configuration).AddMeterFunctions(configuration)
            .BuildServiceProvider();
    }
}
