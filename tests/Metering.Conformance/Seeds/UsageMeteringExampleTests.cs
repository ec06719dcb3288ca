using Metering.Conformance.Client;

namespace Metering.Conformance.Seeds;

/// <summary>
/// Usage Metering's quick start, as written but for the tenant and metric: record usage, ask for usage and quota, make a bill.
/// </summary>
public sealed class UsageMeteringExampleTests : ContractTest
{
    [Fact]
    public async Task Record_usage_and_check_quota_run_as_written()
    {
        var license = await Meter.License(new { limit = 1000, reset = "month", over_limit = "allow_with_overage" });

        await Meter.Post("/api/events", $$"""{"tenant_id": "{{license.Tenant}}", "metric": "{{license.Feature}}", "quantity": 1, "user_id": "user_1"}""")
            .Is(202).Has("accepted", 1);

        await Meter.Get($"/api/quota/{license.Tenant}/{license.Feature}").Is(200).Has("used", 1).Has("limit", 1000).Has("remaining", 999)
            .Has("percent_used", 0.1m).Has("allowed", true);
    }

    [Fact]
    public async Task A_quota_that_is_passed_shows_its_overage()
    {
        var license = await Meter.License(new { limit = 10, over_limit = "allow_with_overage" });
        await Meter.Post("/api/events", new { tenant_id = license.Tenant, metric = license.Feature, quantity = 15 }).Is(202);

        await Meter.Get($"/api/quota/{license.Tenant}/{license.Feature}").Is(200).Has("used", 15).Has("remaining", 0).Has("overage", 5)
            .Has("percent_used", 150).Has("level", "over_usage");
    }

    [Fact]
    public async Task A_quota_tells_each_license_and_all_together()
    {
        var license = await Meter.License(new { limit = 10, over_limit = "allow_with_overage" });
        await Meter.Post("/api/v1/licenses", new { tenant_id = license.Tenant, plan_id = license.Plan }).Is(201);
        await license.Consume(15).Is(200);

        var quota = await Meter.Get($"/api/v1/quota/{license.Tenant}/{license.Feature}").Is(200)
            .Has("together.licenses", 2).Has("together.used", 15).Has("together.allowance", 20).Has("together.remaining", 10)
            .Has("together.overage", 5).Has("together.percent_used", 75);
        var its = quota.List("licenses").Single(one => one.GetProperty("license_id").GetString() == license.Id);
        Assert.Equal(150, its.GetProperty("percent_used").GetDecimal());
        Assert.Equal(5, its.GetProperty("usage").GetProperty("overage").GetDecimal());
    }

    [Fact]
    public async Task A_batch_with_a_retry_is_counted_once_in_usage_and_bill()
    {
        var license = await Meter.License(new
        {
            limit = 10, reset = "month", over_limit = "allow_with_overage", price = new { unit = "USD" },
            tiers = new object[] { new { from = "100%", level = "over_usage", policy = "allow_with_overage", unit_price = 0.25 } },
        });
        var batch = Enumerable.Range(0, 4).Select(i => new
        {
            tenant_id = license.Tenant, metric = license.Feature, quantity = 4, user_id = "user_" + (i % 2), event_id = "evt_" + i,
        }).ToList();
        await Meter.Post("/api/events", batch).Is(202).Has("accepted", 4);
        await Meter.Post("/api/events", batch).Is(202).Has("accepted", 0).Has("duplicates", 4);

        await Meter.Get($"/api/usage/{license.Tenant}/{license.Feature}").Is(200).Has("total", 16).Has("overage", 6).Has("cost", 1.5m);
        await Meter.Get($"/api/usage/{license.Tenant}/{license.Feature}/top-users?limit=1").Is(200).Has("0.user_id", "user_0")
            .Has("0.total", 8).Has("0.share", 0.5m);
        await Meter.Post("/api/billing-report", new { tenant_id = license.Tenant }).Is(200)
            .Has("lines.0.overage", 6).Has("lines.0.cost", 1.5m).Has("totals.0.cost", 1.5m);

        var csv = await Meter.Post("/api/billing-report", new { tenant_id = license.Tenant, format = "csv" }).Is(200);
        Assert.Equal("text/csv", csv.MediaType);
        var rows = csv.Text.TrimEnd().Split("\r\n");
        Assert.Equal((3, true, true, true), (
            rows.Length, rows[0].EndsWith(",row", StringComparison.Ordinal), rows[1].EndsWith(",line", StringComparison.Ordinal),
            rows[2].EndsWith(",total", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Check_usage_and_generate_a_billing_report_run_as_written()
    {
        var license = await Meter.License(new { limit = 10, reset = "month", over_limit = "allow_with_overage" });
        await Meter.Post("/api/events", $$"""{"tenant_id": "{{license.Tenant}}", "metric": "{{license.Feature}}", "quantity": 12, "user_id": "user_1"}""")
            .Is(202);

        await Meter.Get($"/api/usage/{license.Tenant}/{license.Feature}").Is(200).Has("total", 12).Has("overage", 2)
            .Has("top_users.0.user_id", "user_1").Has("top_users.0.share", 1);

        await Meter.Post("/api/billing-report", $$"""{"tenant_id": "{{license.Tenant}}"}""").Is(200).Has("is_final", false)
            .Has("lines.0.license_id", license.Id).Has("lines.0.status", "open").Has("lines.0.included", 10).Has("lines.0.used", 12)
            .Has("lines.0.overage", 2);
    }
}
