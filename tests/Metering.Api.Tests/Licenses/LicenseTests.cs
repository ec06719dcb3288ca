using Metering.Api.Tests.Memory;

namespace Metering.Api.Tests;

/// <summary>A license from its creation to its end.</summary>
public sealed class LicenseTests
{
    [Fact]
    public async Task A_new_license_shows_its_key_once_and_has_the_default_plans()
    {
        await using var host = await MemoryHost.StartAsync();
        await host.SendAsync("PUT", "/api/v1/catalog", """
            {"features":[{"code":"m"},{"code":"x"}],"plans":[
              {"id":"free","default":true,"includes":[{"feature_code":"m","limit":5}]},
              {"id":"pro","includes":[{"feature_code":"m","limit":50}]},
              {"id":"addon","group":"extra","default":true,"includes":[{"feature_code":"x"}]}]}
            """);
        var made = await host.SendAsync("POST", "/api/v1/licenses", """
            {"tenant_id":"tenant_acme","expires_at":"2027-01-01T00:00:00+01:00","anchor":"2026-01-31T00:00:00Z","time_zone":"Europe/Berlin",
             "metadata":{"crm":"4711"},"max_cores":16}
            """);
        Assert.Equal(201, made.Status);
        Assert.Matches("^lic_[a-z2-7]{24}$", made.Text("id"));
        Assert.Matches("^lk_[A-Za-z0-9_-]{43}$", made.Text("key"));
        Assert.Equal($"/api/v1/licenses/{made.Text("id")}", made.Header("Location"));
        Assert.Equal(
            ["free", "addon"], made.Json.GetProperty("plans").EnumerateArray().Select(plan => plan.GetProperty("plan_id").GetString()));
        Assert.Equal(("active", "2026-12-31T23:00:00Z", "2026-01-31T00:00:00Z", "Europe/Berlin", 16),
            (made.Text("status"), made.Text("expires_at"), made.Text("anchor"), made.Text("time_zone"), made.Number("max_cores")));

        var got = await host.SendAsync("GET", "/api/v1/licenses/" + made.Text("id"));
        Assert.False(got.Json.TryGetProperty("key", out _));
        Assert.Equal("4711", got.Json.GetProperty("metadata").GetProperty("crm").GetString());
        var pro = await host.SendAsync("POST", "/api/v1/licenses", """{"tenant_id":"t","plan_id":"pro"}""");
        Assert.Equal("pro", pro.Text("plan_id"));
    }

    public static TheoryData<string, string> BadLicenses => new()
    {
        { """{}""", "/tenant_id" },
        { """{"tenant_id":null}""", "/tenant_id" },
        { """{"tenant_id":5}""", "/tenant_id" },
        { """{"tenant_id":""}""", "/tenant_id" },
        { """{"tenant_id":"a\tb"}""", "/tenant_id" },
        { $$"""{"tenant_id":"{{new string('t', 256)}}"}""", "/tenant_id" },
        { """{"tenant_id":"."}""", "/tenant_id" },
        { """{"tenant_id":".."}""", "/tenant_id" },
        { """{"tenant_id":"t","plan_id":"none"}""", "/plan_id" },
        { """{"tenant_id":"t","plans":["none"]}""", "/plans/0" },
        { """{"tenant_id":"t","plans":[null]}""", "/plans/0" },
        { """{"tenant_id":"t","expires_at":"tomorrow"}""", "/expires_at" },
        { """{"tenant_id":"t","expires_at":"2026-11-21"}""", "/expires_at" },
        { """{"tenant_id":"t","expires_at":5}""", "/expires_at" },
        { """{"tenant_id":"t","anchor":"2026-11-21T10:00:00"}""", "/anchor" },
        { """{"tenant_id":"t","time_zone":"Mars"}""", "/time_zone" },
        { """{"tenant_id":"t","max_cores":-1}""", "/max_cores" },
        { """{"tenant_id":"t","metadata":"x"}""", "/metadata" },
    };

    [Theory]
    [MemberData(nameof(BadLicenses))]
    public async Task A_bad_field_of_a_license_is_named(string body, string pointer)
    {
        await using var host = await MemoryHost.StartAsync();
        var reply = await host.SendAsync("POST", "/api/v1/licenses", body);
        Assert.Equal(400, reply.Status);
        Assert.Equal([pointer], reply.Pointers);
        Assert.Equal(0, host.Meters.Applied);
    }

    [Fact]
    public async Task A_suspended_license_is_not_valid_and_may_be_resumed()
    {
        var (host, id, key) = await MemoryHost.WithLicenseAsync();
        await using var running = host;
        Assert.Equal("suspended", (await host.SendAsync("POST", $"/api/v1/licenses/{id}/suspend")).Text("status"));
        var validation = await host.SendAsync("POST", "/api/v1/license/validate", null, "License " + key);
        Assert.Equal((200, RefusalCode.LicenseSuspended), (validation.Status, validation.Code));
        Assert.False(validation.Json.GetProperty("valid").GetBoolean());
        Assert.Equal(RefusalCode.LicenseSuspended, (await host.RunAsync("POST", "consume", key, """{"feature_code":"api_calls"}""")).Code);

        Assert.Equal("active", (await host.SendAsync("POST", $"/api/v1/licenses/{id}/resume")).Text("status"));
        validation = await host.SendAsync("POST", "/api/v1/license/validate", null, "License " + key);
        Assert.Equal("valid", validation.Code);
        Assert.Equal(id, validation.Json.GetProperty("license").GetProperty("id").GetString());
    }

    [Fact]
    public async Task A_deleted_license_opens_nothing_and_keeps_its_evidence()
    {
        var (host, id, key) = await MemoryHost.WithLicenseAsync();
        await using var running = host;
        await host.RunAsync("POST", "consume", key, """{"feature_code":"api_calls"}""");
        Assert.Equal(204, (await host.SendAsync("DELETE", $"/api/v1/licenses/{id}")).Status);
        Assert.Equal(401, (await host.RunAsync("POST", "consume", key, """{"feature_code":"api_calls"}""")).Status);
        Assert.Equal("deleted", (await host.SendAsync("GET", $"/api/v1/licenses/{id}")).Text("status"));
        Assert.NotEqual(0, (await host.SendAsync("GET", $"/api/v1/licenses/{id}/ledger")).Json.GetProperty("items").GetArrayLength());
        Assert.Equal(404, (await host.SendAsync("DELETE", $"/api/v1/licenses/{id}")).Status);
        Assert.Equal(404, (await host.SendAsync("POST", $"/api/v1/licenses/{id}/grants", """{"feature_code":"api_calls","amount":1}""")).Status);
    }

    [Fact]
    public async Task Licenses_are_listed_in_parts_by_tenant()
    {
        await using var host = await MemoryHost.StartAsync();
        for (var i = 0; i < 5; i++)
        {
            await host.SendAsync("POST", "/api/v1/licenses", $$"""{"tenant_id":"{{(i < 3 ? "a" : "b")}}"}""");
        }

        var first = await host.SendAsync("GET", "/api/v1/licenses?tenant_id=a&limit=2");
        var second = await host.SendAsync("GET", "/api/v1/licenses?tenant_id=a&limit=2&cursor=" + first.Text("next_cursor"));
        Assert.Equal((2, 1), (first.Json.GetProperty("items").GetArrayLength(), second.Json.GetProperty("items").GetArrayLength()));
        Assert.Equal(["/cursor"], (await host.SendAsync("GET", "/api/v1/licenses?cursor=nonsense")).Pointers);
    }

    [Fact]
    public async Task An_unknown_license_is_404_on_every_route()
    {
        await using var host = await MemoryHost.StartAsync();
        foreach (var route in ApiRoutes.All.Where(route => route.Pattern.StartsWith("api/v1/licenses/{id}", StringComparison.Ordinal)))
        {
            var path = "/"
                + route.Pattern.Replace("{id}", "lic_none", StringComparison.Ordinal).Replace("{", "x", StringComparison.Ordinal)
                    .Replace("}", "", StringComparison.Ordinal);
            var reply = await host.SendAsync(route.Methods[0], path, "{}");
            Assert.Equal(404, reply.Status);
        }
    }
}
