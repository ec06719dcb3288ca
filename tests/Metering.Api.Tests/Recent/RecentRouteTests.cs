using System.Text;
using System.Text.Json;
using Metering.Api.Tests.Memory;

namespace Metering.Api.Tests.Recent;

public sealed class RecentRouteTests
{
    private const string Path = "/api/v1/events/recent";
    private const string Producer = "Bearer " + MemoryHost.ProducerToken;

    [Fact]
    public async Task Every_way_of_use_is_told_with_what_it_came_to()
    {
        var (host, id, key) = await MemoryHost.WithLicenseAsync();
        await using var running = host;
        var cursor = (await host.SendAsync("GET", Path)).Text("next_cursor");
        var use = """{"feature_code":"api_calls","amount":4}""";
        await host.RunAsync("POST", "consume", key, use, "key-1");
        await host.RunAsync("POST", "consume", key, use, "key-1");
        await host.RunAsync("POST", "consume", key, """{"feature_code":"api_calls","amount":40}""");
        await host.RunAsync("POST", "report", key, """{"feature_code":"api_calls","amount":1,"event_id":"r"}""");
        await host.SendAsync("POST", "/api/v1/events", """{"tenant_id":"tenant_acme","metric":"api_calls","event_id":"s","quantity":2}""", Producer);
        await host.SendAsync("POST", "/api/v1/events", """{"tenant_id":"tenant_acme","metric":"none","event_id":"t"}""", Producer);
        await host.SendAsync("POST", "/api/v1/events", """[{"metric":"api_calls"}]""", Producer);
        await host.SendContentAsync(
            "POST",
            "/api/v1/events",
            new StringContent(
                """
                {"tenant_id":"tenant_acme","metric":"api_calls","event_id":"s","quantity":2}
                {"license_id":"ID","metric":"none","event_id":"u","quantity":3}
                """.Replace("ID", id, StringComparison.Ordinal), Encoding.UTF8, "application/x-ndjson"),
            Producer);
        var reply = await host.SendAsync("GET", $"{Path}?after={cursor}");

        Assert.Equal(
            [
                "consume api_calls 4 - counted -", "consume api_calls 4 - duplicate -", "consume api_calls 40 - refused quota_exceeded",
                "report api_calls 1 r counted -", "events api_calls 2 s counted -", "events none 1 t rejected feature_not_assigned",
                "events - - - dead_letter invalid_request",
                "events api_calls 2 s duplicate -", "events none 3 u dead_letter feature_not_assigned",
            ],
            reply.Json.GetProperty("items").EnumerateArray().Select(Line));
        Assert.Equal(0, reply.Number("missed"));
        Assert.All(
            reply.Json.GetProperty("items").EnumerateArray().Where(item => item.GetProperty("source").GetString() == "consume"),
            item => Assert.Equal(
                (id, "tenant_acme"), (item.GetProperty("license_id").GetString(), item.GetProperty("tenant_id").GetString())));
        Assert.DoesNotContain(key, reply.Json.GetRawText(), StringComparison.Ordinal);
        var next = await host.SendAsync("GET", $"{Path}?after={reply.Text("next_cursor")}");
        Assert.Empty(next.Json.GetProperty("items").EnumerateArray());
    }

    [Fact]
    public async Task A_token_of_one_tenant_sees_its_own()
    {
        var (host, _, key) = await MemoryHost.WithLicenseAsync();
        await using var running = host;
        var (_, other) = await host.LicenseAsync("""{"feature_code":"api_calls"}""", "tenant_other");
        var token = (await host.SendAsync(
            "POST", "/api/v1/tokens", """{"name":"acme","scopes":["read"],"tenant_id":"tenant_acme"}""")).Text("token");
        await host.SendAsync("GET", Path);
        await host.RunAsync("POST", "consume", key, """{"feature_code":"api_calls"}""");
        await host.RunAsync("POST", "consume", other, """{"feature_code":"api_calls"}""");

        var own = await host.SendAsync("GET", Path, null, "Bearer " + token);

        Assert.Equal("tenant_acme", Assert.Single(own.Json.GetProperty("items").EnumerateArray()).GetProperty("tenant_id").GetString());
        Assert.Equal(2, (await host.SendAsync("GET", Path)).Json.GetProperty("items").GetArrayLength());
    }

    [Fact]
    public async Task Nobody_writes_into_the_tail_of_another_tenant()
    {
        var (host, _, _) = await MemoryHost.WithLicenseAsync("""{"feature_code":"api_calls"}""");
        await using var running = host;
        var (other, _) = await host.LicenseAsync("""{"feature_code":"api_calls"}""", "tenant_other");
        var (acme, reader) = (await TokenAsync("ingest", "tenant_acme"), await TokenAsync("read", "tenant_other"));
        await host.SendAsync("GET", Path);

        // What a tenant may not send is its own, in a batch and alone.
        foreach (var named in new[] { "\"tenant_id\":\"tenant_other\"", $"\"license_id\":\"{other}\"" })
        {
            var foreign = $"{{{named},\"metric\":\"api_calls\",\"event_id\":\"secret\"}}";
            await host.SendAsync("POST", "/api/events", foreign, "Bearer " + acme);
            await host.SendAsync("POST", "/api/events", $"[{foreign}]", "Bearer " + acme);
        }

        Assert.Empty(await SeenAsync());

        // An event that names both is counted on the license, so it is its tenant's.
        await host.SendAsync("POST", "/api/events", $$"""{"tenant_id":"tenant_acme","license_id":"{{other}}","metric":"api_calls"}""");
        Assert.Equal("tenant_other", Assert.Single(await SeenAsync()).GetProperty("tenant_id").GetString());

        async Task<string> TokenAsync(string scope, string tenant) => (await host.SendAsync(
            "POST", "/api/v1/tokens", $$"""{"name":"n","scopes":["{{scope}}"],"tenant_id":"{{tenant}}"}""")).Text("token");

        async Task<List<JsonElement>> SeenAsync() =>
            [.. (await host.SendAsync("GET", Path, null, "Bearer " + reader)).Json.GetProperty("items").EnumerateArray()];
    }

    [Theory]
    [InlineData("nonsense")]
    [InlineData("bm9uc2Vuc2U")]
    public async Task A_cursor_that_is_none_is_refused(string cursor)
    {
        await using var host = await MemoryHost.StartAsync();
        Assert.Equal(["/after"], (await host.SendAsync("GET", $"{Path}?after={cursor}")).Pointers);
    }

    [Fact]
    public async Task Of_a_cursor_of_another_instance_nobody_knows_what_was_missed()
    {
        await using var host = await MemoryHost.StartAsync();
        var reply = await host.SendAsync("GET", $"{Path}?after={RecentCursor.Begin().After("elsewhere", 7)}");
        Assert.Equal((200, JsonValueKind.Null), (reply.Status, reply.Json.GetProperty("missed").ValueKind));
    }

    private static string Line(JsonElement item) => string.Join(
        ' ',
        new[] { "source", "metric", "quantity", "event_id", "outcome", "code" }.Select(name => item.GetProperty(name) switch
        {
            { ValueKind: JsonValueKind.Null } => "-",
            { ValueKind: JsonValueKind.Number } number => number.GetRawText(),
            var text => text.GetString(),
        }));
}
