using Metering.Api.Tests.Memory;

namespace Metering.Api.Tests;

/// <summary>A field that is not known is refused, with its place and the known one that was most likely meant.</summary>
public sealed class UnknownFieldTests
{
    [Theory]
    [InlineData("PUT", "/catalog", """{"plans":[{"id":"p","includes":[{"feature_code":"api_calls","limt":1000,"resets":"month"}]}]}""", "/plans/0/includes/0/limt", "limit")]
    [InlineData("PUT", "/catalog", """{"plans":[{"id":"p","includes":[{"feature_code":"api_calls","limt":1000,"resets":"month"}]}]}""", "/plans/0/includes/0/resets", "reset")]
    [InlineData("PUT", "/catalog", """{"feature":[]}""", "/feature", "features")]
    [InlineData("POST", "/features", """{"code":"f","units":"call"}""", "/units", "unit")]
    [InlineData("POST", "/plans", """{"id":"p","price":{"amount":1,"curency":"USD"}}""", "/price/curency", "currency")]
    [InlineData("POST", "/plans", """{"id":"p","includes":[{"feature_code":"api_calls","tiers":[{"from":1,"base-price":2}]}]}""", "/includes/0/tiers/0/base-price", "base_price")]
    [InlineData("POST", "/plans", """{"id":"p","includes":[{"feature_code":"api_calls","tiers":[{"from":1,"rate":{"ammount":1}}]}]}""", "/includes/0/tiers/0/rate/ammount", "amount")]
    [InlineData("POST", "/plans", """{"id":"p","includes":[{"feature_code":"api_calls","reset":{"intervall":"month"}}]}""", "/includes/0/reset/intervall", "interval")]
    [InlineData("POST", "/plans", """{"id":"p","includes":[{"feature_code":"api_calls","rollover":{"maximum":1}}]}""", "/includes/0/rollover/maximum", "max")]
    [InlineData("POST", "/licenses", """{"tenantId":"t"}""", "/tenantId", "tenant_id")]
    [InlineData("PATCH", "/licenses/{id}", """{"plan":"free"}""", "/plan", "plans")]
    [InlineData("PATCH", "/licenses/{id}", """{"planid":"free"}""", "/planid", "plan_id")]
    [InlineData("POST", "/licenses/{id}/suspend", """{"reason":"late"}""", "/reason", null)]
    [InlineData("POST", "/licenses/{id}/features", """{"feature_code":"api_calls","maxConsumptions":5}""", "/maxConsumptions", "max_consumptions")]
    [InlineData("POST", "/licenses/{id}/grants", """{"feature_code":"api_calls","amount":5,"expires_in":60}""", "/expires_in", "expires_at")]
    [InlineData("POST", "/licenses/{id}/balances", """{"unit":"USD","amount":5,"allow_overages":true}""", "/allow_overages", "allow_overage")]
    [InlineData("POST", "/licenses/{id}/usage/reset", """{"feature_code":"api_calls","topup":5}""", "/topup", "top_up")]
    [InlineData("POST", "/webhooks", """{"url":"https://hooks.example.com/","event":["overage"]}""", "/event", "events")]
    public async Task An_operators_misspelt_field_is_refused(string method, string path, string body, string pointer, string? meant)
    {
        var (host, id, _) = await MemoryHost.WithLicenseAsync();
        await using var _1 = host;

        var reply = await host.SendAsync(method, "/api/v1" + path.Replace("{id}", id, StringComparison.Ordinal), body);

        Names(reply, pointer, meant);
    }

    [Theory]
    [InlineData("POST", "consume", """{"feature_code":"api_calls","quantity":5}""", "/quantity", null)]
    [InlineData("POST", "consume", """{"featurecode":"api_calls"}""", "/featurecode", "feature_code")]
    [InlineData("POST", "check", """{"feature_code":"api_calls","amuont":5}""", "/amuont", "amount")]
    [InlineData("POST", "report", """{"feature_code":"api_calls","occured_at":"2026-01-01T00:00:00Z"}""", "/occured_at", "occurred_at")]
    [InlineData("POST", "reservations", """{"feature_code":"api_calls","amount":1,"ttl":60}""", "/ttl", "ttl_seconds")]
    [InlineData("POST", "leases", """{"feature_code":"api_calls","amount":1,"ttl_seconds":60,"finger_print":"m"}""", "/finger_print", "fingerprint")]
    [InlineData("POST", "reservations/hld_1/commit", """{"amonut":1}""", "/amonut", "amount")]
    [InlineData("POST", "leases/hld_1/sync", """{"usage":[{"event_id":"e","amount":1,"occurred":"2026-01-01T00:00:00Z"}]}""", "/usage/0/occurred", "occurred_at")]
    [InlineData("PUT", "machines/m", """{"core":8}""", "/core", "cores")]
    public async Task A_licenses_misspelt_field_is_refused(string method, string path, string body, string pointer, string? meant)
    {
        var (host, _, key) = await MemoryHost.WithLicenseAsync();
        await using var _1 = host;

        Names(await host.RunAsync(method, path, key, body), pointer, meant);
        Assert.Equal(0, (await host.RunAsync("GET", "check?feature_code=api_calls", key, null)).Number("used"));
    }

    [Fact]
    public async Task A_misspelt_field_of_an_event_is_refused()
    {
        await using var host = await MemoryHost.StartAsync();

        Names(await host.SendAsync("POST", "/api/v1/events", """{"tenant":"t","metric":"m","qty":2}"""), "/tenant", "tenant_id");
    }

    [Fact]
    public async Task All_that_is_wrong_is_told_at_once()
    {
        await using var host = await MemoryHost.StartAsync();

        var reply = await host.SendAsync("POST", "/api/v1/licenses", """{"tenant":"t","plan":"p","tenant":"u","metadata":{"a":1}}""");

        Assert.Equal(["/tenant", "/plan", "/tenant", "/tenant"], reply.Pointers);
    }

    [Theory]
    [InlineData("""{"feature_code":"api_calls","amount":1,"amount":2}""", "/amount")]
    [InlineData("""{"feature_code":"api_calls","am\u006funt":1,"amount":2}""", "/amount")]
    [InlineData("""{"feature_code":"api_calls","metadata":{"a":{"b":1,"b":2}}}""", "/metadata/a/b")]
    public async Task A_field_that_is_there_twice_is_refused(string body, string pointer)
    {
        var (host, _, key) = await MemoryHost.WithLicenseAsync();
        await using var _1 = host;

        var reply = await host.RunAsync("POST", "consume", key, body);

        Assert.Equal((400, "invalid_request"), (reply.Status, reply.Code));
        Assert.Equal([pointer], reply.Pointers);
    }

    [Fact]
    public async Task Documents_that_are_others_may_have_fields_of_their_own()
    {
        var (host, id, _) = await MemoryHost.WithLicenseAsync();
        await using var _1 = host;

        var keygen = await host.SendAsync("POST", $"/api/v1/licenses/{id}/actions/increment-usage", """{"meta":{"increment":2,"note":"x"},"jsonapi":{}}""");
        Assert.Equal(200, keygen.Status);

        var cloud = new StringContent(
            $$$"""{"specversion":"1.0","id":"1","source":"s","type":"api_calls","subject":"{{{id}}}","traceparent":"00","data":{"quantity":3,"page":"/home"}}""",
            System.Text.Encoding.UTF8, "application/cloudevents+json");
        Assert.Equal(202, (await host.SendContentAsync("POST", "/api/v1/events", cloud, "Bearer " + MemoryHost.OperatorToken)).Status);
    }

    [Theory]
    [InlineData("limt", "limit")]
    [InlineData("expires_in", "expires_at")]
    [InlineData("FeatureCode", "feature_code")]
    [InlineData("lmiit", "limit")]
    [InlineData("quantity", null)]
    [InlineData("exp", "expires_at")]
    [InlineData("x", null)]
    [InlineData("", null)]
    public void The_nearest_name_is_found(string given, string? nearest) =>
        Assert.Equal(nearest, NearestName.To(given, ["feature_code", "limit", "reset", "amount", "expires_at"]));

    private static void Names(Reply reply, string pointer, string? meant)
    {
        Assert.Equal((400, "invalid_request"), (reply.Status, reply.Code));
        var error = Assert.Single(
            reply.Json.GetProperty("errors").EnumerateArray(), error => error.GetProperty("pointer").GetString() == pointer);
        var detail = error.GetProperty("detail").GetString();
        Assert.Equal(
            meant, detail!.Contains("did you mean ", StringComparison.Ordinal) ? detail.Split("did you mean ")[1].TrimEnd('?') : null);
    }
}
