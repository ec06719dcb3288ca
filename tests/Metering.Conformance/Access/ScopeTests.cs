using Metering.Conformance.Client;

namespace Metering.Conformance.Access;

public sealed class ScopeTests : ContractTest
{
    [ScopedTokensFact]
    public async Task A_producer_may_send_events_and_nothing_else()
    {
        var license = await Meter.License(new { limit = 10 });
        var producer = Meter.As("Bearer", (await MeteringHost.Started).IngestToken);

        await producer.Post("/api/events", new { tenant_id = license.Tenant, metric = license.Feature, quantity = 2 }).Is(202)
            .Has("accepted", 1);
        await producer.Get("/api/v1/licenses").Refuses(403, "forbidden");
        await producer.Get($"/api/quota/{license.Tenant}/{license.Feature}").Refuses(403, "forbidden");
        await producer.Post("/api/v1/licenses", new { tenant_id = "t" }).Refuses(403, "forbidden");
        await producer.Put("/api/v1/catalog", "{}").Refuses(403, "forbidden");
        await producer.Post($"/api/v1/licenses/{license.Id}/usage/reset", "{}").Refuses(403, "forbidden");
        await license.Check().Has("used", 2);
    }

    [ScopedTokensFact]
    public async Task A_reader_may_read_and_change_nothing()
    {
        var license = await Meter.License(new { limit = 10 });
        await license.Consume(3).Is(200);
        var reader = Meter.As("Bearer", (await MeteringHost.Started).ReadToken);

        foreach (var path in new[]
        {
            "catalog", "features", "plans", "licenses", $"licenses/{license.Id}", $"licenses/{license.Id}/usage",
            $"licenses/{license.Id}/features",
            $"licenses/{license.Id}/grants", $"licenses/{license.Id}/balances", $"licenses/{license.Id}/ledger",
            $"licenses/{license.Id}/rollups", $"licenses/{license.Id}/statement",
            $"quota/{license.Tenant}/{license.Feature}", $"usage/{license.Tenant}/{license.Feature}",
            $"usage/{license.Tenant}/{license.Feature}/top-users",
        })
        {
            await reader.Get("/api/v1/" + path).Is(200);
        }

        await reader.Put("/api/v1/catalog", "{}").Refuses(403, "forbidden");
        await reader.Post("/api/v1/licenses", new { tenant_id = "t" }).Refuses(403, "forbidden");
        await reader.Patch($"/api/v1/licenses/{license.Id}", "{}").Refuses(403, "forbidden");
        await reader.Delete($"/api/v1/licenses/{license.Id}").Refuses(403, "forbidden");
        await reader.Post($"/api/v1/licenses/{license.Id}/suspend").Refuses(403, "forbidden");
        await reader.Post($"/api/v1/licenses/{license.Id}/usage/reset", "{}").Refuses(403, "forbidden");
        await reader.Post($"/api/v1/licenses/{license.Id}/grants", new { feature_code = license.Feature, amount = 1 })
            .Refuses(403, "forbidden");
        await reader.Post($"/api/v1/licenses/{license.Id}/actions/increment-usage").Is(403);
        await reader.Post("/api/events", new { tenant_id = license.Tenant, metric = license.Feature, quantity = 2 })
            .Refuses(403, "forbidden");
        await license.Check().Has("used", 3).Has("allowance", 10);
    }
}
