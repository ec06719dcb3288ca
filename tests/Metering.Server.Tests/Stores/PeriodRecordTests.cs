using Metering.Server.Hosting;
using Metering.Server.Loops;
using Metering.Server.Stores;
using Metering.Server.Tests.Support;
using Microsoft.Extensions.Logging.Abstractions;

namespace Metering.Server.Tests.Stores;

/// <summary>Records of closed periods: stored with the commands that let them go, proven by the ledger, removed with it.</summary>
[Rule(9)]
public sealed class PeriodRecordTests
{
    private static readonly PeriodQuery Everything = new(DateTimeOffset.UnixEpoch, new DateTimeOffset(2100, 1, 1, 0, 0, 0, TimeSpan.Zero));

    [Theory]
    [InlineData("UPDATE closed_period SET body = CAST(json_set(CAST(body AS TEXT), '$.used', 99) AS BLOB)", "used is 99, by the ledger")]
    [InlineData("UPDATE closed_period SET body = CAST(json_set(CAST(body AS TEXT), '$.limit', 99) AS BLOB)", "limit is 99, by the ledger")]
    [InlineData("UPDATE closed_period SET body = CAST(substr(CAST(body AS TEXT), 1, 20) AS BLOB)", "a period of api_calls cannot be read")]
    [InlineData("UPDATE closed_period SET sequence = sequence + 1", "is listed as another one")]
    [InlineData("DELETE FROM closed_period", "follows from the ledger but is not there")]
    [InlineData(
        "INSERT INTO closed_period SELECT 99, ended, feature, started, sequence, reset, body FROM closed_period LIMIT 1", "license 99")]
    public async Task A_record_that_is_damaged_lost_or_a_strangers_is_found(string sql, string said)
    {
        await using var fixture = await EngineFixture.StartAsync();
        await UseAsync(fixture, days: 4);
        await fixture.VerifyAsync();
        await fixture.Engine.DisposeAsync();
        Assert.Equal(2, fixture.Folder.Count("closed_period"));

        Assert.InRange(DataFolder.Execute(fixture.Folder.StoreFile, sql), 1, 2);

        Assert.Contains(said, EngineFixture.Verify(fixture.Folder, fixture.Options), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Records_are_written_again_from_the_journal()
    {
        await using var fixture = await EngineFixture.StartAsync(options => options with { WriteOutAfterMilliseconds = 60_000 });
        await UseAsync(fixture, days: 4, writeOut: false);
        Assert.Equal(0, fixture.Folder.Count("closed_period"));

        // As after a fall: what was acknowledged is in the journal alone.
        await using var restarted = await EngineFixture.StartAsync(folder: fixture.Folder.Copy());
        restarted.Clock.UtcNow = fixture.Clock.UtcNow;

        Assert.Equal(await PeriodsAsync(fixture), await PeriodsAsync(restarted));
        await restarted.VerifyAsync();
    }

    [Fact]
    public async Task Records_go_with_the_retention_of_the_ledger()
    {
        await using var fixture = await EngineFixture.StartAsync(options => options with { IdempotencyDays = 1, LedgerRetentionDays = 4 });
        await UseAsync(fixture, days: 9);
        Assert.Equal(7, fixture.Folder.Count("closed_period"));
        using var retention = new Retention(
            fixture.Engine, fixture.Clock, TimeProvider.System, new LoopStatuses(), NullLogger<Retention>.Instance);

        await retention.RunAsync(CancellationToken.None);

        Assert.Equal(3, fixture.Folder.Count("closed_period"));
        await fixture.VerifyAsync();
    }

    [Fact]
    [Rule(2)]
    public async Task A_repaired_clock_leaves_one_record_of_each_period()
    {
        await using var fixture = await EngineFixture.StartAsync();
        await UseAsync(fixture, days: 1);
        var now = fixture.Clock.UtcNow;
        await UseAsync(fixture, days: 4);
        Assert.Equal(3, fixture.Folder.Count("closed_period"));
        fixture.Clock.UtcNow = now;
        Assert.Equal(0, await RepairClockCommand.RunAsync(fixture.Engine, now, null, TextWriter.Null));
        await fixture.Engine.FlushAsync();

        // What was counted on the four days of the future counts today, and only the day before it has its record still.
        Assert.Equal(1, fixture.Folder.Count("closed_period"));
        Assert.Equal(1 + 2 + 3 + 4, await fixture.UsedAsync("lic_a"));
        await UseAsync(fixture, days: 4);
        Assert.Equal(["1", "11", "2", "3", "4"], (await PeriodsAsync(fixture)).Select(period => period.Split(' ')[2]));
        await fixture.VerifyAsync();
    }

    [Fact]
    [Rule(2)]
    [Rule(7)]
    public async Task What_was_charged_in_another_unit_is_proven_and_stays_when_the_clock_is_repaired()
    {
        await using var fixture = await EngineFixture.StartAsync();
        var now = fixture.Clock.UtcNow;
        await fixture.OpenLicenseAsync("lic_a");
        await ChargeAsync(fixture, "USD", 3);
        fixture.Clock.UtcNow = now.AddDays(1);
        await ChargeAsync(fixture, "EUR", 5);
        await ChargeAsync(fixture, null, 1);
        await fixture.Engine.FlushAsync();
        Assert.Equal(["EUR 10"], await PartsAsync());

        // The day before was in USD, and is open again.
        fixture.Clock.UtcNow = now;
        Assert.Equal(0, await RepairClockCommand.RunAsync(fixture.Engine, now, null, TextWriter.Null));
        await fixture.Engine.FlushAsync();
        fixture.Clock.UtcNow = now.AddDays(2);

        Assert.Equal(["USD 6", "EUR 10"], await PartsAsync());
        Assert.Equal(9, Assert.Single(await AllAsync(), period => !period.IsPart).Used);
        await fixture.VerifyAsync();

        async Task<IReadOnlyList<FeaturePeriod>> AllAsync() =>
            (await new SqliteLedger(fixture.Engine, fixture.Clock).PeriodsAsync("lic_a", Everything, CancellationToken.None)).Items;

        async Task<IEnumerable<string>> PartsAsync() =>
            (await AllAsync()).Where(period => period.IsPart).Select(part => $"{part.PriceUnit} {part.Cost}");
    }

    // A price in a unit, and use that it charges.
    private static async Task ChargeAsync(EngineFixture fixture, string? unit, decimal amount)
    {
        var terms = new Terms
        {
            PriceUnit = unit, Reset = new Reset { Interval = Interval.Day }, Tiers = unit is null ? [] : [new Tier { UnitPrice = 2 }],
        };
        await fixture.ApplyAsync("lic_a", new AssignFeature { Feature = new FeatureTerms(EngineFixture.Calls, terms) });
        await fixture.ApplyAsync("lic_a", new RecordUse { FeatureCode = EngineFixture.Calls.Code, Given = amount });
    }

    // Each day one more than the day before, and the day is over.
    private static async Task UseAsync(EngineFixture fixture, int days, bool writeOut = true)
    {
        await fixture.OpenLicenseAsync("lic_a", reset: Interval.Day);
        for (var day = 1; day <= days; day++)
        {
            await fixture.ConsumeAsync("lic_a", Guid.NewGuid().ToString("N"), day);
            fixture.Clock.UtcNow += TimeSpan.FromDays(1);
        }

        if (writeOut)
        {
            await fixture.Engine.FlushAsync();
        }
    }

    private static async Task<List<string>> PeriodsAsync(EngineFixture fixture)
    {
        var page = await new SqliteLedger(fixture.Engine, fixture.Clock).PeriodsAsync("lic_a", Everything, CancellationToken.None);
        return [.. page.Items.Select(period => $"{period.Period.End:O} used {period.Used} {period.Status}")];
    }
}
