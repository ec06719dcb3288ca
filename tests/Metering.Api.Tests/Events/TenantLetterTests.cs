using Metering.Api.Tests.Memory;

namespace Metering.Api.Tests;

/// <summary>Dead letters of a token that is limited to one tenant.</summary>
public sealed class TenantLetterTests
{
    [Fact]
    public async Task A_letter_of_an_event_that_names_only_a_license_is_its_senders_tenants()
    {
        var (host, id, _) = await MemoryHost.WithLicenseAsync();
        await using var running = host;
        var token = (await host.SendAsync(
            "POST", "/api/v1/tokens", """{"name":"p","scopes":["ingest"],"tenant_id":"tenant_acme"}""")).Text("token");

        await host.SendAsync("POST", "/api/events", $$"""[{"license_id":"{{id}}","metric":"no_such_metric"}]""", "Bearer " + token);
        await host.SendAsync("POST", "/api/events", $$"""[{"license_id":"{{id}}","metric":"no_such_metric"}]""", EventRequests.Producer);

        var letters = (await host.SendAsync("GET", "/api/v1/dead-letters")).Json.GetProperty("items").EnumerateArray();
        Assert.Equal([null, "tenant_acme"], letters.Select(letter => letter.GetProperty("tenant_id").GetString()).Order());
    }
}
