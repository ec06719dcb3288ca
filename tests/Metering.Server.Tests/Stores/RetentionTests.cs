using Metering.Server.Stores;
using Metering.Server.Tests.Support;
using Microsoft.Extensions.Logging.Abstractions;

namespace Metering.Server.Tests.Stores;

public sealed class RetentionTests
{
    [Fact]
    public async Task Keys_go_with_their_memory_and_entries_with_their_retention()
    {
        await using var fixture = await EngineFixture.StartAsync(options => options with
        {
            IdempotencyMemory = TimeSpan.FromDays(2),
            LedgerRetention = TimeSpan.FromDays(6),
            WriteOutAfter = TimeSpan.FromMinutes(1),
        });
        using var retention = new Retention(fixture.Engine, fixture.Clock, NullLogger<Retention>.Instance);
        await fixture.OpenLicenseAsync("lic_a", limit: null);
        await fixture.OpenLicenseAsync("lic_b", limit: null);
        for (var day = 0; day < 10; day++)
        {
            for (var i = 0; i < 5; i++)
            {
                await fixture.ConsumeAsync("lic_a", $"key-{day}-{i}", eventId: $"evt-{day}-{i}");
                await fixture.ConsumeAsync("lic_b", $"key-{day}-{i}");
            }

            fixture.Clock.UtcNow += TimeSpan.FromDays(1);
            await fixture.Engine.FlushAsync();
        }

        await retention.RunAsync(CancellationToken.None);

        // It is day 10: keys of days 8 and 9 are no older than two days, entries of days 4 to 9 no older than six.
        Assert.Equal(30, fixture.Folder.Count("identity"));
        Assert.Equal(20, fixture.Folder.Count("ledger WHERE answer IS NOT NULL"));
        Assert.Equal(60, fixture.Folder.Count("ledger"));
        Assert.Equal(12, fixture.Folder.Count("ledger_run"));
        var page = await new SqliteLedger(fixture.Engine).EntriesAsync(
            "lic_a", new LedgerQuery(null, null, null, null, 1_000), CancellationToken.None);
        Assert.Equal(Enumerable.Range(22, 30).Select(sequence => (long)sequence), page.Items.Select(entry => entry.Sequence));
        Assert.Equal(ApplyStatus.Replayed, (await fixture.ConsumeAsync("lic_a", "key-9-0", eventId: "evt-9-0")).Status);
        Assert.Equal(ApplyStatus.Applied, (await fixture.ConsumeAsync("lic_a", "key-0-0", eventId: "evt-0-0")).Status);
        Assert.Equal(0, await retention.RunAsync(CancellationToken.None));
        await fixture.VerifyAsync();
    }

    [Fact]
    public async Task A_run_of_which_only_the_beginning_is_over_keeps_its_end()
    {
        await using var fixture = await EngineFixture.StartAsync(options => options with
        {
            IdempotencyMemory = TimeSpan.FromDays(1),
            LedgerRetention = TimeSpan.FromDays(4),
            WriteOutAfter = TimeSpan.FromMinutes(1),
        });
        using var retention = new Retention(fixture.Engine, fixture.Clock, NullLogger<Retention>.Instance);
        await fixture.OpenLicenseAsync("lic_a", limit: null);
        for (var day = 0; day < 8; day++)
        {
            await fixture.ConsumeAsync("lic_a", $"key-{day}");
            fixture.Clock.UtcNow += TimeSpan.FromDays(1);
        }

        await fixture.Engine.FlushAsync();
        Assert.Equal(1, fixture.Folder.Count("ledger_run"));

        await retention.RunAsync(CancellationToken.None);

        var page = await new SqliteLedger(fixture.Engine).EntriesAsync(
            "lic_a", new LedgerQuery(null, null, null, null, 1_000), CancellationToken.None);
        Assert.Equal([6L, 7, 8, 9], page.Items.Select(entry => entry.Sequence));
        await fixture.VerifyAsync();
    }
}
