using System.Text.Json;

namespace Metering.Dashboard.Tests.Support;

/// <summary>A server with the data that the tests look for.</summary>
public static class SeededMeter
{
    /// <summary>What a customer may call things; none of it may become HTML.</summary>
    public const string Markup = "<img src=x onerror=\"document.title='broken'\"> & <b>bold</b>";

    /// <summary>Its calls are at 37, of 40.</summary>
    public const string BusyTenant = "tenant_busy";

    /// <summary>Starts it; answers with the id of the tenant's license too.</summary>
    public static async Task<(Meter Meter, string Busy)> StartAsync()
    {
        // Webhooks may go to this machine, and nothing listens there: deliveries fail, as the tests want.
        var meter = await Meter.StartAsync("--Metering:Webhooks:AllowPrivateAddresses=true");
        await meter.SendAsync(HttpMethod.Put, "/api/v1/catalog", Catalog(limit: 30));
        await meter.SendAsync(HttpMethod.Put, "/api/v1/catalog", Catalog(limit: 40));
        await meter.PostAsync("/api/v1/webhooks", new { url = "http://127.0.0.1:9/signals" });
        var busy = await LicenseAsync(meter, BusyTenant);
        var id = busy.GetProperty("id").GetString()!;
        var key = busy.GetProperty("key").GetString();
        await meter.PostAsync($"/api/v1/licenses/{id}/balances", new { unit = "USD", amount = 50 });
        await meter.PostAsync($"/api/v1/licenses/{id}/balances/USD/top-up", new { amount = 12.5, reason = Markup });
        foreach (var amount in new[] { 30, 5, 4 })
        {
            await meter.SendAsync(HttpMethod.Post, "/api/v1/license/consume", new { feature_code = "calls", amount, user_id = Markup }, key);
        }

        await meter.PostAsync($"/api/v1/licenses/{id}/usage/decrement", new { feature_code = "calls", amount = 2, reason = Markup });
        await meter.SendAsync(
            HttpMethod.Post, "/api/v1/license/reservations", new { feature_code = "calls", amount = 1, ttl_seconds = 3600 }, key);
        await meter.SendAsync(HttpMethod.Put, "/api/v1/license/machines/build-01", new { cores = 8, name = Markup }, key);
        await meter.PostAsync("/api/v1/export-schedules", new { report = "ledger", cron = "0 6 * * *", span = "day", format = "jsonl" });
        await meter.PostAsync(
            "/api/v1/exports",
            new { report = "usage", from = DateTime.UtcNow.Date.AddDays(-2), to = DateTime.UtcNow.Date.AddDays(-1), format = "csv" });
        await meter.PostAsync("/api/events", new[] { new { tenant_id = Markup, metric = "calls", quantity = 1, event_id = "lost" } });
        return (meter, id);
    }

    /// <summary>A license of its own for a test that changes one.</summary>
    public static Task<JsonElement> LicenseAsync(Meter meter, string tenant) =>
        meter.PostAsync("/api/v1/licenses", new { tenant_id = tenant });

    private static object Catalog(int limit) => new
    {
        features = new object[]
        {
            new { code = "calls", name = "Calls " + Markup, unit = "call" },
            new { code = "pro", kind = "boolean" },
            new { code = "bursts" },
        },
        plans = new[]
        {
            new
            {
                id = "small", name = "Small " + Markup, @default = true,
                includes = new object[]
                {
                    new { feature_code = "pro" },
                    new
                    {
                        feature_code = "calls", limit, reset = "month",
                        tiers = new object[] { new { from = "80%", level = "warning" }, new { from = "100%", level = "over_usage", policy = "deny" } },
                    },
                },
            },
        },
    };
}
