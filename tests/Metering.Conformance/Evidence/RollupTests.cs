using System.Text.Json;
using Metering.Conformance.Client;

namespace Metering.Conformance.Evidence;

[Rule(9)]
public sealed class RollupTests : ContractTest
{
    [Fact]
    public async Task A_days_rollup_is_the_sum_of_its_ledger()
    {
        var license = await Meter.License(new { limit = 10 });
        await license.Consume(3, more: new { user_id = "ann" }).Is(200);
        await license.Consume(1, more: new { user_id = "bob" }).Is(200);
        await license.Consume(5, more: new { user_id = "ann" }).Is(200);
        await license.Consume(7).Refuses(403, "quota_exceeded");
        await license.Report(4).Is(200);

        var rollups = await Rollups(license);

        Assert.Equal(4, rollups.Sum(item => item.GetProperty("count").GetInt64()));
        Assert.Equal(13, rollups.Sum(item => item.GetProperty("sum").GetDecimal()));
        Assert.Equal(3, rollups.Sum(item => item.GetProperty("overage").GetDecimal()));
        Assert.Equal(1, rollups.Sum(item => item.GetProperty("refused").GetInt64()));
        Assert.Equal(1, rollups.Min(item => item.GetProperty("min").GetDecimal()));
        Assert.Equal(5, rollups.Max(item => item.GetProperty("max").GetDecimal()));
        Assert.Equal(4, rollups[^1].GetProperty("last").GetDecimal());
        Assert.Equal(8, rollups.Sum(item => User(item, "ann")));
        Assert.Equal(1, rollups.Sum(item => User(item, "bob")));
    }

    [Fact]
    public async Task A_correction_is_taken_from_the_day()
    {
        var license = await Meter.License(new { limit = 10 });
        await license.Consume(8).Is(200);
        await license.Manage("/usage/decrement", new { feature_code = license.Feature, amount = 3 }).Is(200);

        Assert.Equal(5, (await Rollups(license)).Sum(item => item.GetProperty("sum").GetDecimal()));
    }

    [Fact]
    public async Task What_the_day_cost_is_in_its_rollup()
    {
        var license = await Meter.License(new
        {
            price = new { unit = "USD" },
            tiers = new object[] { new { from = 0, level = "normal", policy = "notify_only", unit_price = 0.1m } },
        });
        await license.Manage("/balances", new { unit = "USD", amount = 10 }).Succeeds();
        await license.Consume(12).Is(200);

        Assert.Equal(1.2m, (await Rollups(license)).Sum(item => item.GetProperty("cost").GetDecimal()));
    }

    [Fact]
    public async Task Days_without_use_have_no_rollup()
    {
        var license = await Meter.License(new { limit = 10 });
        await license.Consume(1).Is(200);
        var now = await Meter.Now();

        Assert.Empty((await license.Read($"/rollups?from={Meter.Day(now.AddDays(-30))}&to={Meter.Day(now.AddDays(-10))}").Is(200)).Items);
    }

    [Theory]
    [InlineData("from=yesterday&to=today")]
    [InlineData("from=2026-02-30&to=2026-03-01")]
    [InlineData("from=2026-03-02&to=2026-03-01")]
    public async Task A_bad_range_of_days_is_refused(string query) =>
        await (await Meter.License(new { limit = 5 })).Read("/rollups?" + query).Refuses(400, "invalid_request");

    // A day may end while a test runs, so sums go over all days around now.
    private async Task<List<JsonElement>> Rollups(License license)
    {
        var now = await Meter.Now();
        var page = await license.Read($"/rollups?from={Meter.Day(now.AddDays(-2))}&to={Meter.Day(now.AddDays(2))}").Is(200);
        return [.. page.Items.Where(item => item.GetProperty("feature_code").GetString() == license.Feature)];
    }

    private static decimal User(JsonElement rollup, string user) =>
        rollup.TryGetProperty("by_user", out var users) && users.ValueKind == JsonValueKind.Object
            && users.TryGetProperty(user, out var use)
            ? use.GetProperty("sum").GetDecimal() : 0;
}
