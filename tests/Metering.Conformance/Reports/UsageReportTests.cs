using System.Text.Json;
using Metering.Conformance.Client;

namespace Metering.Conformance.Reports;

public sealed class UsageReportTests : ContractTest
{
    [Fact]
    public async Task Usage_agrees_with_the_ledger_by_day_by_hour_and_by_period()
    {
        var license = await Meter.License(new { limit = 10, reset = "month", over_limit = "allow_with_overage" });
        await license.Consume(4, more: new { user_id = "user_1" }).Is(200);
        await license.Report(9.25m, more: new { user_id = "user_2" }).Is(200);
        await license.Manage("/usage/decrement", new { feature_code = license.Feature, amount = 1 }).Is(200);

        foreach (var granularity in new[] { "day", "hour", "period" })
        {
            var usage = await Meter.Get($"/api/v1/usage/{license.Tenant}/{license.Feature}?granularity={granularity}&group_by=user_id")
                .Is(200).Has("total", 12.25m).Has("count", 3).Has("overage", 2.25m).Has("top_users.0.user_id", "user_2");
            Assert.Equal(12.25m, usage.List("buckets").Sum(bucket => bucket.GetProperty("total").GetDecimal()));
        }

        var ledger = (await license.Ledger()).Sum(entry => entry.GetProperty("amount").GetDecimal());
        Assert.Equal(12.25m, ledger);
    }

    [Fact]
    public async Task A_tenants_usage_is_that_of_all_its_licenses_deleted_ones_too()
    {
        var one = await Meter.License();
        var other = await Meter.LicenseOn(one.Plan, one.Feature, new { tenant_id = one.Tenant });
        await one.Consume(4, more: new { user_id = "user_1" }).Is(200);
        await other.Consume(3, more: new { user_id = "user_2" }).Is(200);
        await other.Manage(HttpMethod.Delete, "").Is(204);

        foreach (var granularity in new[] { "day", "hour", "period" })
        {
            await Meter.Get($"/api/v1/usage/{one.Tenant}/{one.Feature}?granularity={granularity}&group_by=user_id").Is(200)
                .Has("total", 7).Has("count", 2).Has("top_users.1.user_id", "user_2").Has("top_users.1.total", 3);
        }
    }

    [Fact]
    public async Task A_gauge_is_told_by_its_level()
    {
        var license = await Meter.License(new { limit = 10 }, "gauge");
        await license.Consume(7).Is(200);
        await license.Consume(3).Is(200);

        await Meter.Get($"/api/usage/{license.Tenant}/{license.Feature}").Is(200).Has("metric_type", "gauge").Has("total", 3)
            .Has("last", 3).Has("max", 7);
    }

    [Theory]
    [InlineData("gauge", 19)]
    [InlineData("up_down", -1)]
    public async Task Overage_of_a_level_is_the_meters_in_reports_and_bills_after_its_limit_or_a_grant_has_changed(string metric, int use)
    {
        var license = await Meter.License(new { limit = 32, over_limit = "allow_with_overage" }, metric);
        await license.Consume(20).Is(200);
        await Assign(16);
        await Agrees(4);
        await license.Consume(use).Is(200);
        await Agrees(3);
        await license.Manage("/grants", new { feature_code = license.Feature, amount = 10 }).Succeeds();
        await Agrees(0);
        return;

        Task<Reply> Assign(decimal limit) => license.Manage(
            "/features", new { feature_code = license.Feature, limit, over_limit = "allow_with_overage" }).Is(201);

        async Task Agrees(decimal overage)
        {
            await license.Read("/usage").Is(200).Has("features.0.overage", overage);
            await Meter.Get($"/api/v1/usage/{license.Tenant}/{license.Feature}").Is(200).Has("overage", overage);
            await Meter.Post("/api/v1/billing-report", new { tenant_id = license.Tenant }).Is(200).Has("lines.0.overage", overage);
            var counted = (await license.Ledger()).Where(
                entry => entry.TryGetProperty("day", out var day) && day.ValueKind != JsonValueKind.Null);
            Assert.Equal(overage, counted.Sum(entry => entry.GetProperty("overage").GetDecimal()));
        }
    }

    [Fact]
    public async Task Top_users_have_their_shares()
    {
        var license = await Meter.License();
        foreach (var (user, amount) in new[] { ("user_1", 1m), ("user_2", 3m) })
        {
            await license.Consume(amount, more: new { user_id = user }).Is(200);
        }

        var users = await Meter.Get($"/api/usage/{license.Tenant}/{license.Feature}/top-users?limit=1").Is(200);

        Assert.Equal(("user_2", 0.75m, 1), (users.String("0.user_id"), users.Number("0.share"), users.Json.GetArrayLength()));
    }

    [Fact]
    public async Task Users_beyond_those_that_a_day_keeps_apart_are_exact()
    {
        const int Users = 130;
        var license = await Meter.License();
        var events = Enumerable.Range(0, 2 * Users).Select(i => new
        {
            tenant_id = license.Tenant, metric = license.Feature, quantity = 1 + (i % Users), user_id = $"user_{i % Users}",
        });
        await Meter.Post("/api/events", events.ToArray()).Is(202).Has("accepted", 2 * Users);

        var users = await Meter.Get($"/api/v1/usage/{license.Tenant}/{license.Feature}/top-users?limit=100").Is(200);

        var first = await Meter.Get($"/api/v1/usage/{license.Tenant}/{license.Feature}/top-users").Is(200);

        Assert.Equal(10, first.Json.GetArrayLength());
        Assert.Equal(
            Enumerable.Range(0, 100).Select(i => ($"user_{Users - 1 - i}", 2m * (Users - i))),
            users.Json.EnumerateArray().Select(user => (user.GetProperty("user_id").GetString()!, user.GetProperty("total").GetDecimal())));
    }

    [Fact]
    public async Task What_is_not_valid_or_not_there_is_told()
    {
        var license = await Meter.License();
        var path = $"/api/usage/{license.Tenant}/{license.Feature}";
        await Meter.Get(path + "?from=2026-01-02&to=2026-01-01").RefusesField("/to");
        await Meter.Get(path + "?from=2024-01-02&to=2026-01-01").RefusesField("/from");
        await Meter.Get(path + "?granularity=year").RefusesField("/granularity");
        await Meter.Get(path + "/top-users?limit=101").RefusesField("/limit");
        await Meter.Get($"/api/usage/{license.Tenant}/none").Refuses(404, "feature_not_found");
    }
}
