using Metering.Conformance.Client;

namespace Metering.Conformance.Seeds;

/// <summary>Keygen's page on metered licenses: what it promises of usage, validation, cores and offline use.</summary>
public sealed class KeygenExampleTests : ContractTest
{
    [Fact]
    [Rule(12)]
    public async Task Usage_has_no_effect_on_validation_and_further_increments_fail_at_the_limit()
    {
        var license = await Meter.License(new { limit = 3 });
        for (var i = 1; i <= 3; i++)
        {
            await Meter.Post($"/api/v1/licenses/{license.Id}/actions/increment-usage").Is(200).Has("data.attributes.uses", i);
        }

        await Meter.Post($"/api/v1/licenses/{license.Id}/actions/increment-usage").Is(422)
            .Has("errors.0.code", "LICENSE_USAGE_LIMIT_EXCEEDED");
        await license.Validate().Is(200).Has("valid", true);
    }

    [Fact]
    public async Task Cores_are_the_sum_over_a_licenses_machines()
    {
        var license = await Meter.License(new { limit = 1 }, with: new { max_cores = 32 });

        await license.Software.Put("/api/v1/license/machines/m1", new { cores = 16 }).Is(201).Has("total_cores", 16);
        await license.Software.Put("/api/v1/license/machines/m2", new { cores = 8 }).Is(201).Has("total_cores", 24);
        await license.Software.Put("/api/v1/license/machines/m3", new { cores = 16 }).Refuses(403, "quota_exceeded")
            .Has("total_cores", 40).Has("max_cores", 32).Has("cores", 16);
    }

    [Fact]
    public async Task Use_that_was_stored_offline_is_synced_when_there_is_a_connection()
    {
        var license = await Meter.License(new { limit = 100 });
        var lease = await license.Post(
            "/leases", new { feature_code = license.Feature, amount = 20, ttl_seconds = 86400, fingerprint = "laptop" }).Is(201);
        var now = await Meter.Now();
        var stored = Enumerable.Range(1, 12)
            .Select(n => new { event_id = $"offline-{n}", amount = 1, occurred_at = Meter.Text(now.AddSeconds(-n)) });

        await license.Post($"/leases/{lease.String("id")}/sync", new { usage = stored, close = true }).Is(200).Has("used", 12)
            .Has("held", 0).Has("remaining", 88);
    }
}
