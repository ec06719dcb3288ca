using System.Text.Json;
using Metering.Conformance.Client;

namespace Metering.Conformance.Service;

public sealed class OverviewTests : ContractTest
{
    [Fact]
    public async Task The_overview_says_how_everything_stands_and_what_the_last_minutes_brought()
    {
        var license = await Meter.License(new { limit = 10 });
        await license.Consume(9).Is(200);

        var overview = await Meter.Get("/api/v1/overview").Is(200);

        Assert.True(overview["licenses"].GetProperty("total").GetInt32() > 0);
        Assert.Equal(60, overview["minutes"].GetArrayLength());
        Assert.Contains(overview["minutes"].EnumerateArray(), minute => minute.GetProperty("counted").GetInt64() > 0);
        foreach (var list in new[] { "over_limit", "near_limit" })
        {
            Assert.True(overview[list].GetProperty("count").GetInt32() >= overview[list].GetProperty("items").GetArrayLength());
        }
    }

    [Fact]
    public async Task The_live_tail_tells_of_a_use_what_it_came_to_and_goes_on_where_it_was()
    {
        var license = await Meter.License(new { limit = 10 });
        var cursor = (await Meter.Get("/api/v1/events/recent?limit=1").Is(200)).String("next_cursor");
        await license.Consume(9).Is(200);
        await license.Consume(2).Is(403);

        var (items, last) = await AfterAsync(cursor, license);

        Assert.Equal(["counted", "refused"], items.Select(item => item.GetProperty("outcome").GetString()));
        Assert.Equal((license.Tenant, 9, "consume"), (
            items[0].GetProperty("tenant_id").GetString(), items[0].GetProperty("quantity").GetInt32(), items[0].GetProperty("source").GetString()));
        Assert.Equal("quota_exceeded", items[1].GetProperty("code").GetString());
        Assert.Empty((await AfterAsync(last, license)).Items);
    }

    // Others count at the same time, so there may be more of them than one answer has.
    private async Task<(List<JsonElement> Items, string Cursor)> AfterAsync(string cursor, License license)
    {
        var items = new List<JsonElement>();
        while (true)
        {
            var reply = await Meter.Get($"/api/v1/events/recent?limit=1000&after={cursor}").Is(200);
            cursor = reply.String("next_cursor");
            items.AddRange(reply.Items.Where(item => item.GetProperty("license_id").GetString() == license.Id).Select(item => item.Clone()));
            if (reply.Items.Count < 1000)
            {
                return (items, cursor);
            }
        }
    }
}
