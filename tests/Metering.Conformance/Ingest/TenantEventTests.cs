using Metering.Conformance.Client;

namespace Metering.Conformance.Ingest;

/// <summary>To which license an event goes that names its tenant only.</summary>
public sealed class TenantEventTests : ClockTest
{
    [ClockFact]
    public async Task An_event_that_comes_again_goes_to_the_same_license_whatever_became_of_the_tenants_licenses()
    {
        var first = await Meter.License(new { limit = 1000 });
        var at = await Meter.Now();
        await AgainAsync("accepted");
        var others = new List<License>();
        for (var i = 0; i < 4; i++)
        {
            await Advance("PT1M");
            others.Add(await Meter.LicenseOn(first.Plan, first.Feature, new { tenant_id = first.Tenant }));
            await AgainAsync("duplicates");
        }

        await Advance("PT1M");
        await first.Manage("/features", new { feature_code = first.Feature, max_consumptions = 5 }).Is(201);
        await AgainAsync("duplicates");
        await Meter.Delete($"/api/v1/licenses/{first.Id}").Is(204);
        await AgainAsync("duplicates");

        await Meter.Post("/api/events", new { tenant_id = first.Tenant, metric = first.Feature, event_id = "evt-2" }).Is(202)
            .Has("accepted", 1);
        await others[0].Check().Has("used", 1);
        foreach (var other in others[1..])
        {
            await other.Check().Has("used", 0);
        }

        Task AgainAsync(string what) => Meter.Post(
            "/api/events", new { tenant_id = first.Tenant, metric = first.Feature, event_id = "evt-1", occurred_at = Meter.Text(at) })
                .Is(202).Has(what, 1);
    }

    [ClockFact]
    public async Task An_event_without_a_time_counts_once_though_an_older_license_has_got_the_metric_since()
    {
        var feature = await Meter.Feature();
        var older = await Meter.LicenseOn(null, feature);
        await Advance("PT1M");
        var younger = await Meter.LicenseOn(null, feature, new { tenant_id = older.Tenant });
        await younger.Manage("/features", new { feature_code = feature }).Is(201);
        await SendAsync("evt-1", "accepted");
        await Advance("PT1M");
        await older.Manage("/features", new { feature_code = feature }).Is(201);

        await SendAsync("evt-1", "duplicates");
        await SendAsync("evt-2", "accepted");
        await Meter.Post("/api/events", new[] { Event("evt-1"), Event("evt-2"), Event("evt-3") }).Is(202)
            .Has("accepted", 1).Has("duplicates", 2);
        await Advance("PT2H");
        await Meter.Delete($"/api/v1/licenses/{younger.Id}/features/{feature}").Is(204);
        await Advance("PT2H");
        await SendAsync("evt-1", "duplicates");
        await younger.Manage("/features", new { feature_code = feature }).Is(201);
        await younger.Check().Has("used", 1);
        await older.Check().Has("used", 2);

        object Event(string id) => new { tenant_id = older.Tenant, metric = feature, event_id = id };

        Task SendAsync(string id, string what) => Meter.Post("/api/events", Event(id)).Is(202).Has(what, 1);
    }

    [ClockFact]
    public async Task A_license_whose_feature_was_taken_away_is_passed_over_by_what_happens_later()
    {
        var feature = await Meter.Feature();
        var older = await Meter.LicenseOn(null, feature);
        await older.Manage("/features", new { feature_code = feature }).Is(201);
        var at = await Meter.Now();
        await Advance("PT1M");
        var younger = await Meter.LicenseOn(null, feature, new { tenant_id = older.Tenant });
        await younger.Manage("/features", new { feature_code = feature }).Is(201);
        await Meter.Post(
            "/api/events",
            new { tenant_id = older.Tenant, metric = feature, event_id = "evt-1", occurred_at = Meter.Text(at) }).Is(202)
                .Has("accepted", 1);
        await Advance("PT1M");
        await Meter.Delete($"/api/v1/licenses/{older.Id}/features/{feature}").Is(204);

        await Meter.Post("/api/events", new[]
        {
            new { tenant_id = older.Tenant, metric = feature, event_id = "evt-1", occurred_at = Meter.Text(at) },
            new { tenant_id = older.Tenant, metric = feature, event_id = "evt-2", occurred_at = Meter.Text(await Meter.Now()) },
        }).Is(202).Has("accepted", 1).Has("duplicates", 1);

        await younger.Check().Has("used", 1);
        await Meter.Get($"/api/quota/{older.Tenant}/{feature}").Is(200).Has("license_id", younger.Id);
    }
}
