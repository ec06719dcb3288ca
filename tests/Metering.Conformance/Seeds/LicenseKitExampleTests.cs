using System.Net.Http.Headers;
using Metering.Conformance.Client;

namespace Metering.Conformance.Seeds;

/// <summary>
/// LicenseKit's metering page: its two curl calls as written, with host, ids and keys exchanged, and the reports and exports that it calls
/// the evidence of what was consumed.
/// </summary>
public sealed class LicenseKitExampleTests : ContractTest
{
    [Fact]
    public async Task Assign_consume_and_reset_run_as_written()
    {
        var feature = await Meter.Feature();
        var license = await Meter.LicenseOn(await Meter.Plan(new { feature_code = await Meter.Feature("boolean") }), feature);

        await Meter.Post($"/api/v1/licenses/{license.Id}/features", $$"""
            {
                "feature_id": "feat_{{feature}}",
                "max_consumptions": 1000
              }
            """).Is(201);

        const string Key = "consume-evt-123";
        var body = $$"""
            {
                "fingerprint": "workstation-01",
                "feature_code": "{{feature}}",
                "amount": 1,
                "event_id": "evt_123"
              }
            """;
        await license.Software.Post("/api/v1/license/consume", body, Key).Is(200).Has("allowed", true).Has("used", 1).Has("limit", 1000)
            .Has("remaining", 999);
        await license.Software.Post("/api/v1/license/consume", body, Key).Is(200).HasHeader("Idempotency-Replayed", "true").Has("used", 1);

        await Meter.Post($"/api/v1/licenses/{license.Id}/usage/reset", "{}").Is(200);
        await license.Check().Has("used", 0).Has("remaining", 1000);
    }

    [Fact]
    public async Task Reporting_reads_tell_what_was_consumed_though_usage_was_reset_since()
    {
        var license = await Meter.License(new { limit = 1000, reset = "month" });
        await license.Consume(3, more: new { event_id = "evt_1" }).Is(200);
        await Meter.Post($"/api/v1/licenses/{license.Id}/usage/reset", "{}").Is(200);
        await license.Consume(2, more: new { event_id = "evt_2" }).Is(200);

        // A live total says what is used of the quota now; the ledger, by period, what was consumed.
        await license.Check().Has("used", 2);
        await Meter.Get($"/api/v1/usage/{license.Tenant}/{license.Feature}").Is(200).Has("total", 5).Has("count", 2);
        var consumed = (await license.Ledger()).Where(entry => entry.GetProperty("kind").GetString() == "consumed").ToList();
        Assert.Equal([3m, 2m], consumed.Select(entry => entry.GetProperty("amount").GetDecimal()));
        Assert.All(consumed, entry => Assert.NotEqual(default, entry.GetProperty("period").GetProperty("start").GetDateTimeOffset()));
        var bill = await Meter.Post("/api/billing-report", new { tenant_id = license.Tenant }).Is(200);
        Assert.Equal([3m, 2m], bill.List("lines").Select(line => line.GetProperty("used").GetDecimal()));
        await Meter.Get($"/api/v1/licenses/{license.Id}/statement").Is(200);
    }

    [Fact]
    public async Task An_export_of_the_evidence_is_taken_listed_and_taken_away()
    {
        var license = await Meter.License(new { limit = 1000 });
        await license.Consume().Is(200);
        var made = await Meter.Post("/api/v1/exports", new
        {
            report = "ledger", from = Meter.Day((await Meter.Now()).AddDays(-1)), to = Meter.Day((await Meter.Now()).AddDays(1)),
            format = "csv", tenant_id = license.Tenant,
        }).Is(202).Has("tenant_id", license.Tenant);

        var path = "/api/v1/exports/" + made.String("id");
        Assert.Equal(path, made.Location);
        await Meter.Get(path).Is(200).Has("report", "ledger");
        Assert.Contains((await Meter.Get("/api/v1/exports").Is(200)).Items, one => one.GetProperty("id").GetString() == made.String("id"));
        await Meter.Delete(path).Is(202, 204);
    }

    [Fact]
    public async Task The_authorization_headers_are_taken_as_they_are_written()
    {
        var license = await Meter.License(new { limit = 1000 });
        var host = await MeteringHost.Started;
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/v1/license/consume");
        request.Headers.TryAddWithoutValidation("Authorization", $"License {license.Key}");
        request.Headers.TryAddWithoutValidation("Idempotency-Key", "consume-evt-123");
        request.Content = new StringContent($$"""{"feature_code":"{{license.Feature}}"}""");
        request.Content.Headers.ContentType = MediaTypeHeaderValue.Parse("application/json");

        using var response = await host.Http.SendAsync(request);

        Assert.Equal(200, (int)response.StatusCode);
    }
}
