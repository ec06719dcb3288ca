using System.Text.Json;
using Metering.Conformance.Client;

namespace Metering.Conformance.Evidence;

[Rule(9)]
public sealed class LedgerTests : ContractTest
{
    [Fact]
    public async Task Entries_are_numbered_from_one_without_gaps()
    {
        var license = await Busy();

        var numbers = (await license.Ledger()).Select(entry => entry.GetProperty("sequence").GetInt64()).ToList();

        Assert.Equal(Enumerable.Range(1, numbers.Count).Select(n => (long)n), numbers);
    }

    [Fact]
    public async Task Each_entry_begins_where_the_last_one_of_its_feature_ended()
    {
        var license = await Busy();

        var entries = (await license.Ledger()).Where(entry => Is(entry, "consumed", "recorded", "decremented")).ToList();

        Assert.Equal(0, entries[0].GetProperty("before").GetDecimal());
        for (var i = 0; i < entries.Count; i++)
        {
            var (before, after) = (entries[i].GetProperty("before").GetDecimal(), entries[i].GetProperty("after").GetDecimal());
            Assert.Equal(after - before, entries[i].GetProperty("amount").GetDecimal());
            Assert.Equal(i == 0 ? 0 : entries[i - 1].GetProperty("after").GetDecimal(), before);
        }

        Assert.Equal(await license.Used(), entries[^1].GetProperty("after").GetDecimal());
    }

    [Fact]
    public async Task An_answers_sequence_is_its_entry()
    {
        var license = await Meter.License(new { limit = 100 });
        var reply = await license.Consume(7, "key-1").Is(200);

        var entry = (await license.Ledger()).Single(item => item.GetProperty("sequence").GetDecimal() == reply.Number("sequence"));

        Assert.Equal(7, entry.GetProperty("amount").GetDecimal());
        Assert.Equal("key-1", entry.GetProperty("idempotency_key").GetString());
        Assert.Equal(license.Feature, entry.GetProperty("feature_code").GetString());
        Assert.Equal(reply.String("period.start"), entry.GetProperty("period").GetProperty("start").GetString());
    }

    [Fact]
    public async Task A_refused_consume_leaves_no_entry()
    {
        var license = await Meter.License(new { limit = 5 });
        var before = (await license.Ledger()).Count;

        await license.Consume(6).Refuses(403, "quota_exceeded");
        await license.Consume(-1).Refuses(400, "invalid_request");

        Assert.Equal(before, (await license.Ledger()).Count);
    }

    [Fact]
    public async Task The_ledger_is_read_page_by_page()
    {
        var license = await Busy();
        var all = (await license.Ledger()).Select(entry => entry.GetRawText()).ToList();

        var paged = new List<string>();
        var cursor = "";
        do
        {
            var page = await license.Read("/ledger?limit=3" + cursor).Is(200);
            Assert.InRange(page.Items.Count, 1, 3);
            paged.AddRange(page.Items.Select(entry => entry.GetRawText()));
            cursor = page["next_cursor"].GetString() is { } next ? "&cursor=" + Uri.EscapeDataString(next) : "";
            Assert.True(paged.Count <= all.Count, "the pages do not end");
        }
        while (cursor.Length > 0);

        Assert.Equal(all, paged);
    }

    [Fact]
    public async Task The_ledger_is_filtered_by_feature()
    {
        var first = await Meter.Feature();
        var second = await Meter.Feature();
        var license = await Meter.LicenseOn(
            await Meter.Plan(new { feature_code = first, limit = 10 }, new { feature_code = second, limit = 10 }), first);
        await license.Consume(1).Is(200);
        await license.Consume(2, feature: second).Is(200);
        await license.Consume(3).Is(200);

        var entries = (await license.Read($"/ledger?feature_code={first}").Is(200)).Items.Where(entry => Is(entry, "consumed")).ToList();

        Assert.Equal([1, 3], entries.Select(entry => entry.GetProperty("amount").GetDecimal()));
        Assert.Empty((await license.Read("/ledger?feature_code=no_such_feature").Is(200)).Items);
    }

    [Fact]
    public async Task The_ledger_is_filtered_by_time()
    {
        var license = await Busy();
        var now = await Meter.Now();
        var (yesterday, tomorrow) = (Meter.Text(now.AddDays(-1)), Meter.Text(now.AddDays(1)));

        Assert.Equal((await license.Ledger()).Count, (await license.Read($"/ledger?from={yesterday}&to={tomorrow}&limit=1000")
            .Is(200)).Items.Count);
        Assert.Empty((await license.Read($"/ledger?to={yesterday}").Is(200)).Items);

        // A span that begins before anything that is kept has what is there.
        Assert.Equal((await license.Ledger()).Count, (await license.Read("/ledger?from=2001-01-01T00:00:00Z&limit=1000").Is(200)).Items.Count);
        Assert.Empty((await license.Read($"/ledger?from={tomorrow}").Is(200)).Items);
    }

    [Theory]
    [InlineData("limit=0")]
    [InlineData("limit=1001")]
    [InlineData("limit=x")]
    [InlineData("from=yesterday")]
    [InlineData("to=2026-13-01T00:00:00Z")]
    [InlineData("cursor=../../etc")]
    public async Task A_bad_query_is_refused(string query) =>
        await (await Meter.License(new { limit = 5 })).Read("/ledger?" + query).Refuses(400, "invalid_request");

    [Fact]
    public async Task The_evidence_of_one_license_is_not_that_of_another()
    {
        var first = await Meter.License(new { limit = 10 });
        var second = await Meter.LicenseOn(first.Plan, first.Feature);
        await first.Consume(3).Is(200);

        Assert.DoesNotContain(await second.Ledger(), entry => Is(entry, "consumed"));
    }

    private static bool Is(JsonElement entry, params string[] kinds) => kinds.Contains(entry.GetProperty("kind").GetString());

    private async Task<License> Busy()
    {
        var license = await Meter.License(new { limit = 100 });
        await license.Consume(10).Is(200);
        await license.Report(2.5m).Is(200);
        await license.Consume(1, "key-1").Is(200);
        await license.Consume(1, "key-1").Is(200);
        await license.Consume(1000).Refuses(403, "quota_exceeded");
        await license.Grant(5);
        await license.Manage("/usage/decrement", new { feature_code = license.Feature, amount = 4 }).Is(200);
        await Meter.Post("/api/events", new { tenant_id = license.Tenant, metric = license.Feature, quantity = 3 }).Is(202);
        await license.Consume(0.5m).Is(200);
        return license;
    }
}
