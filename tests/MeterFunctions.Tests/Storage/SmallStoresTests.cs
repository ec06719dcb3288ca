using MeterFunctions.Hosting;
using MeterFunctions.Storage;
using MeterFunctions.Tests.Hosting;
using Metering;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;

namespace MeterFunctions.Tests.Storage;

[Collection(StorageCollection.Name)]
public sealed class SmallStoresTests(Azurite azurite)
{
    [Fact]
    public async Task The_test_clock_is_one_for_all_instances_and_stands_still()
    {
        await using var app = new App(azurite);
        await using var other = new App(azurite, prefix: app.Prefix);
        await app.SetTimeAsync(App.Start);

        Assert.Equal(App.Start, await other.Get<HostClock>().ReadAsync(default));
        Assert.Equal(App.Start, other.Get<IMeterClock>().UtcNow);
        await other.SetTimeAsync(App.Start.AddDays(-1));
        Assert.Equal(App.Start.AddDays(-1), await app.Get<HostClock>().ReadAsync(default));
    }

    [Fact]
    public async Task A_clock_that_is_no_test_clock_cannot_be_set()
    {
        await using var app = new App(azurite, new() { ["Metering:TestClock"] = "false" });

        Assert.False(app.Get<IMeterClock>().IsTestClock);
        await Assert.ThrowsAsync<InvalidOperationException>(async () => await app.SetTimeAsync(App.Start));
    }

    [Fact]
    public async Task The_storages_own_stamps_tell_an_instance_that_its_clock_is_wrong()
    {
        await using var app = new App(azurite);
        await app.SetTimeAsync(App.Start);
        var (configuration, options) = (app.Get<IConfiguration>(), Options.Create(new FunctionsOptions { TablePrefix = app.Prefix }));
        foreach (var minutes in new[] { 0, 2, -2 })
        {
            var wrong = new WrongTime(TimeSpan.FromMinutes(minutes));
            var storage = new StorageTime(wrong);
            var tables = new MeterTables(configuration, options, storage);
            var clock = new HostClock(tables, wrong, storage, options);

            // The making of the tables alone tells it, before anything can be counted.
            await tables.MakeAsync();

            Assert.Equal(minutes == 0, await clock.ProblemAsync(default) is null);
            Assert.Equal(
                minutes == 0, await new TableReadiness(tables, clock, storage, SettingFaults.None).WhyNotReadyAsync(default) is null);
        }
    }

    [Fact]
    public async Task A_kept_lease_key_that_is_taken_away_is_gone_once_the_memory_of_it_is_over()
    {
        await using var app = new App(azurite);
        var time = new LaterTime();
        var keys = new TableLeaseKeys(app.Tables, time, Options.Create(new FunctionsOptions()));
        var kept = (await keys.ReadAsync(default))[0];
        await app.Tables.DeleteAsync(TableKeys.Settings, TableKeys.SettingPartition, TableKeys.LeaseKeyRow, default);

        time.Passed = TimeSpan.FromSeconds(299);
        Assert.Equal(kept.Id, Assert.Single(await keys.ReadAsync(default)).Id);
        time.Passed = TimeSpan.FromSeconds(301);
        Assert.NotEqual(kept.Id, Assert.Single(await keys.ReadAsync(default)).Id);
    }

    [Fact]
    public async Task A_configured_lease_key_is_used_in_base64_and_in_pem()
    {
        var key = LeaseKey.Generate();
        var pem = System.Security.Cryptography.PemEncoding.WriteString("PRIVATE KEY", key.ToPkcs8());
        foreach (var text in (string[])[Convert.ToBase64String(key.ToPkcs8()), pem])
        {
            await using var app = new App(azurite, new() { ["Metering:LeaseSigningKey"] = text });
            Assert.Equal(key.Id, (await app.Get<ILeaseKeys>().ReadAsync(default))[0].Id);
        }
    }

    [Fact]
    public async Task After_a_rotation_the_new_key_signs_and_the_older_ones_stay_valid()
    {
        var (first, second) = (LeaseKey.Generate(), LeaseKey.Generate());
        await using var before = new App(azurite);
        var kept = (await before.Get<ILeaseKeys>().ReadAsync(default))[0];
        await using var app = new App(
            azurite,
            new()
            {
                ["Metering:LeaseSigningKey"] = Convert.ToBase64String(second.ToPkcs8()),
                ["Metering:PreviousLeaseSigningKey"] = Convert.ToBase64String(first.ToPkcs8()),
            },
            prefix: before.Prefix);

        Assert.Equal([second.Id, first.Id, kept.Id], (await app.Get<ILeaseKeys>().ReadAsync(default)).Select(key => key.Id));
    }

    [Theory]
    [InlineData("Metering:BootstrapToken")]
    [InlineData("METERING_BOOTSTRAP_TOKEN")]
    public async Task Tokens_are_known_by_their_hashes(string bootstrap)
    {
        await using var app = new App(azurite, new()
        {
            [bootstrap] = "a-secret-of-16-or-more",
            ["Metering:Tokens:0:Name"] = "producer",
            ["Metering:Tokens:0:Sha256"] = TextHash.Of("other").ToUpperInvariant(),
            ["Metering:Tokens:0:Scopes"] = "ingest, read",
        });
        var tokens = app.Get<ITokens>();

        Assert.Equal(["ingest", "read", "manage"], (await tokens.FindAsync(TextHash.Of("a-secret-of-16-or-more"), default))!.Scopes);
        Assert.Equal(["ingest", "read"], (await tokens.FindAsync(TextHash.Of("other"), default))!.Scopes);
        Assert.Null(await tokens.FindAsync(TextHash.Of(""), default));

        Assert.Equal(
            [("configured:bootstrap", "ingest read manage", TokenSource.Configured),
                ("configured:producer", "ingest read", TokenSource.Configured)],
            (await tokens.ListAsync(default)).Select(token => (token.Id, string.Join(' ', token.Scopes), token.Source)));
        Assert.Equal(TokenRevocation.Configured, await tokens.RevokeAsync("configured:producer", default));
        Assert.Equal(TokenRevocation.NotFound, await tokens.RevokeAsync("tok_none", default));
    }

    [Fact]
    public async Task Ready_says_when_the_storage_is_not_there()
    {
        await using var app = new App(azurite);
        Assert.Null(await app.Get<IReadiness>().WhyNotReadyAsync(default));

        var storage = new FailingStorage { Failures = 1000 };
        await using var broken = new App(azurite, storage: storage, prefix: app.Prefix);
        Assert.NotNull(await broken.Get<IReadiness>().WhyNotReadyAsync(default));
    }

    [Theory]
    [InlineData(System.Net.HttpStatusCode.TooManyRequests)]
    [InlineData(System.Net.HttpStatusCode.ServiceUnavailable)]
    public async Task Throttling_is_retried_and_then_told(System.Net.HttpStatusCode status)
    {
        var storage = new FailingStorage { Status = status };
        await using var app = new App(azurite, storage: storage);
        await app.Tables.MakeAsync();

        storage.Failures = 2;
        Assert.Null(await app.Get<ILicenseDirectory>().FindAsync("lic_a", default));
        storage.Failures = 1000;
        await Assert.ThrowsAsync<StoreUnavailableException>(async () => await app.Get<ILicenseDirectory>().FindAsync("lic_a", default));
        storage.Failures = 0;
        Assert.Null(await app.Get<ILicenseDirectory>().FindAsync("lic_a", default));
    }

    private sealed class LaterTime : TimeProvider
    {
        public TimeSpan Passed { get; set; }

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => Passed.Ticks;
    }

    private sealed class WrongTime(TimeSpan by) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => System.GetUtcNow() + by;
    }
}
