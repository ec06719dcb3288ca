using Metering.Server.Stores;
using Metering.Server.Tests.Support;

namespace Metering.Server.Tests.Stores;

public sealed class SqliteLedgerTests
{
    private static readonly LedgerQuery Everything = new(null, null, null, null, 1_000);

    [Fact]
    public async Task Parts_follow_one_another_without_gaps_across_runs()
    {
        await using var fixture = await HistoryAsync();
        var ledger = new SqliteLedger(fixture.Engine, fixture.Clock);
        var sequences = new List<long>();
        string? cursor = null;
        do
        {
            var page = await ledger.EntriesAsync("lic_a", Everything with { Cursor = cursor, Limit = 7 }, CancellationToken.None);
            Assert.InRange(page.Items.Count, 1, 7);
            sequences.AddRange(page.Items.Select(entry => entry.Sequence));
            cursor = page.NextCursor;
        }
        while (cursor is not null);

        Assert.Equal(Enumerable.Range(1, 31).Select(i => (long)i), sequences);
    }

    /// <summary>31 entries of one license, one a minute, in several runs.</summary>
    private static async Task<EngineFixture> HistoryAsync()
    {
        var fixture = await EngineFixture.StartAsync();
        await fixture.OpenLicenseAsync("lic_a");
        for (var i = 1; i <= 30; i++)
        {
            fixture.Clock.UtcNow += TimeSpan.FromMinutes(1);
            await fixture.ConsumeAsync("lic_a", $"key-{i}");
            if (i % 4 == 0)
            {
                await fixture.OpenLicenseAsync($"lic_{i}");
                await fixture.Engine.FlushAsync();
            }
        }

        return fixture;
    }
}
