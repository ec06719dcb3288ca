using System.Net.Http.Headers;
using Metering.Conformance.Client;

namespace Metering.Conformance.Seeds;

/// <summary>LicenseKit's metering page: its two curl calls as written, with host, ids and keys exchanged.</summary>
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
