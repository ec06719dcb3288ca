using Metering.Server.Hosting;
using Metering.Server.Stores;
using Metering.Server.Tests.Support;

namespace Metering.Server.Tests.Clock;

public sealed class RepairClockTests
{
    [Fact]
    public async Task A_license_comes_back_from_the_future_with_all_that_was_counted()
    {
        await using var fixture = await EngineFixture.StartAsync();
        await fixture.OpenLicenseAsync("lic_a", limit: 100);
        await fixture.OpenLicenseAsync("lic_b", limit: 100);
        var now = fixture.Clock.UtcNow;
        await fixture.ConsumeAsync("lic_a", "key-1", 30);
        await fixture.ApplyAsync(
            "lic_a", new AddGrant { FeatureCode = EngineFixture.Calls.Code, Amount = 50, ExpiresAt = now.AddDays(90) });
        fixture.Clock.UtcNow = now.AddYears(10);
        await fixture.ConsumeAsync("lic_a", "key-2", 5);
        fixture.Clock.UtcNow = now.AddMinutes(1);
        await fixture.ConsumeAsync("lic_a", "key-3", 7);
        Assert.Equal(12, await fixture.UsedAsync("lic_a"));
        await fixture.Engine.FlushAsync();
        using var output = new StringWriter();

        Assert.Equal(0, await RepairClockCommand.RunAsync(fixture.Engine, fixture.Clock.UtcNow, null, output));

        Assert.Contains("1 license repaired.", output.ToString(), StringComparison.Ordinal);
        var answer = Assert.IsType<UsageAnswer>((await fixture.ConsumeAsync("lic_a", "key-4", 1)).Answer);
        Assert.Equal((43m, 150m, 107m), (answer.Used, answer.Allowance, answer.Remaining));
        Assert.True(answer.Period!.Contains(now));
        var state = await fixture.Engine.ReadAsync("lic_a", CancellationToken.None);
        Assert.Equal(fixture.Clock.UtcNow, state!.LastSeen);
        Assert.Equal(ApplyStatus.Replayed, (await fixture.ConsumeAsync("lic_a", "key-2", 5)).Status);

        // The evidence says what was done, and entries are found by their times although these are not in order.
        await fixture.Engine.FlushAsync();
        var ledger = new SqliteLedger(fixture.Engine, fixture.Clock);
        var all = (await ledger.EntriesAsync("lic_a", new LedgerQuery(null, null, null, null, 100), CancellationToken.None)).Items;
        var today = (
            await ledger.EntriesAsync("lic_a", new LedgerQuery(now, now.AddDays(1), null, null, 100), CancellationToken.None)).Items;
        Assert.Equal(2, all.Count(entry => entry.Kind == EntryKind.ClockRepaired));
        Assert.Equal(all.Where(entry => entry.At < now.AddDays(1)), today);
        Assert.Contains(today, entry => entry.IdempotencyKey == "key-4");
        await fixture.VerifyAsync();
    }

    [Fact]
    public async Task A_license_that_is_not_ahead_is_left_alone()
    {
        await using var fixture = await EngineFixture.StartAsync();
        await fixture.OpenLicenseAsync("lic_a");
        await fixture.Engine.FlushAsync();
        using var output = new StringWriter();

        Assert.Equal(0, await RepairClockCommand.RunAsync(fixture.Engine, fixture.Clock.UtcNow, "lic_a", output));
        Assert.Equal(1, await RepairClockCommand.RunAsync(fixture.Engine, fixture.Clock.UtcNow, "lic_x", output));

        Assert.Contains("nothing was changed", output.ToString(), StringComparison.Ordinal);
        Assert.Equal(1, fixture.Folder.Count("ledger"));
    }
}
