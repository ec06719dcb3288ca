using Metering.Server.Stores;
using Metering.Server.Tests.Support;

namespace Metering.Server.Tests.Stores;

public sealed class SqliteLedgerTests
{
    private static readonly LedgerQuery Everything = new(null, null, null, null, 1_000);

    [Fact]
    public async Task An_acknowledged_entry_is_read_at_once()
    {
        await using var fixture = await EngineFixture.StartAsync();
        var ledger = new SqliteLedger(fixture.Engine);
        await fixture.OpenLicenseAsync("lic_a");
        for (var i = 1; i <= 20; i++)
        {
            await fixture.ConsumeAsync("lic_a", $"key-{i}");

            var page = await ledger.EntriesAsync("lic_a", Everything, CancellationToken.None);

            Assert.Equal(i + 1, page.Items.Count);
            Assert.Equal($"key-{i}", page.Items[^1].IdempotencyKey);
        }
    }

    [Fact]
    public async Task Parts_follow_one_another_without_gaps_across_runs()
    {
        await using var fixture = await HistoryAsync();
        var ledger = new SqliteLedger(fixture.Engine);
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

    [Fact]
    public async Task Times_limit_what_is_read_from_inclusive_and_to_exclusive()
    {
        await using var fixture = await HistoryAsync();
        var ledger = new SqliteLedger(fixture.Engine);
        var start = new DateTimeOffset(2026, 3, 10, 12, 0, 0, TimeSpan.Zero);

        var page = await ledger.EntriesAsync(
            "lic_a", Everything with { From = start.AddMinutes(5), To = start.AddMinutes(8) }, CancellationToken.None);
        var none = await ledger.EntriesAsync("lic_a", Everything with { From = start.AddDays(1) }, CancellationToken.None);

        Assert.Equal([start.AddMinutes(5), start.AddMinutes(6), start.AddMinutes(7)], page.Items.Select(entry => entry.At));
        Assert.Empty(none.Items);
    }

    [Fact]
    public async Task A_feature_limits_what_is_read()
    {
        await using var fixture = await HistoryAsync();
        var ledger = new SqliteLedger(fixture.Engine);

        var calls = await ledger.EntriesAsync("lic_a", Everything with { FeatureCode = "api_calls" }, CancellationToken.None);
        var other = await ledger.EntriesAsync("lic_a", Everything with { FeatureCode = "messages" }, CancellationToken.None);

        Assert.All(calls.Items, entry => Assert.Equal("api_calls", entry.FeatureCode));
        Assert.Equal(30, calls.Items.Count);
        Assert.Empty(other.Items);
    }

    [Theory]
    [InlineData("!")]
    [InlineData("bm9udW1iZXI")]
    public async Task A_cursor_that_the_list_did_not_give_is_refused(string cursor)
    {
        await using var fixture = await HistoryAsync();

        await Assert.ThrowsAsync<FormatException>(async () => await new SqliteLedger(fixture.Engine)
            .EntriesAsync("lic_a", Everything with { Cursor = cursor }, CancellationToken.None));
    }

    [Fact]
    public async Task Rollups_hold_closed_and_open_days_in_order()
    {
        await using var fixture = await EngineFixture.StartAsync();
        await fixture.OpenLicenseAsync("lic_a");
        for (var day = 0; day < 6; day++)
        {
            await fixture.ConsumeAsync("lic_a", $"key-{day}", day + 1);
            fixture.Clock.UtcNow += TimeSpan.FromDays(1);
        }

        var rollups = await new SqliteLedger(fixture.Engine).RollupsAsync(
            "lic_a", new DateOnly(2026, 3, 11), new DateOnly(2026, 3, 15), CancellationToken.None);

        Assert.Equal([11, 12, 13, 14, 15], rollups.Select(day => day.Rollup.Day.Day));
        Assert.Equal([2m, 3m, 4m, 5m, 6m], rollups.Select(day => day.Rollup.Sum));
    }

    [Fact]
    public async Task A_license_without_state_has_no_evidence()
    {
        await using var fixture = await EngineFixture.StartAsync();
        var ledger = new SqliteLedger(fixture.Engine);

        Assert.Empty((await ledger.EntriesAsync("lic_none", Everything, CancellationToken.None)).Items);
        Assert.Empty(await ledger.RollupsAsync("lic_none", DateOnly.MinValue, DateOnly.MaxValue, CancellationToken.None));
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
