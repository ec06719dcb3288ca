using System.Text;
using Metering.Api.Tests.Memory;
using static Metering.Api.Tests.EventRequests;

namespace Metering.Api.Tests;

/// <summary>An event that can't be read stays unreadable, and leads to no tenant other than its sender's.</summary>
public sealed class UnreadableEventTests
{
    private const string Json = "application/json";
    private const string CloudBatch = "application/cloudevents-batch+json";
    private const string Lines = "application/x-ndjson";

    private const string Plain = """{"tenant_id":"tenant_acme","metric":"api_calls","event_id":"p"}""";
    private const string Cloud = """{"specversion":"1.0","id":"1","source":"s","type":"api_calls","subject":"tenant_acme"}""";

    // The event is whole within what a letter keeps; what makes it unreadable is not.
    private static readonly string TooLong = Plain + new string(' ', EventReader.MaxRaw) + "x";

    public static TheoryData<string, string> Disguised => new()
    {
        { Json, $"[{Cloud}]" },
        { Json, $"[{Cloud.Replace("tenant_acme", "LICENSE", StringComparison.Ordinal)}]" },
        { Lines, Cloud },
        { CloudBatch, $"[{Plain}]" },
        { CloudBatch, """[{"license_id":"LICENSE","metric":"api_calls"}]""" },
        { Lines, TooLong },
    };

    [Theory]
    [MemberData(nameof(Disguised))]
    public async Task What_a_tenants_token_sends_unreadable_is_given_back_and_no_retry_counts_it_for_another(string mediaType, string body)
    {
        var (host, id, key) = await MemoryHost.WithLicenseAsync();
        await using var running = host;
        var other = "Bearer " + (await host.SendAsync(
            "POST", "/api/v1/tokens", """{"name":"p","scopes":["ingest"],"tenant_id":"tenant_other"}""")).Text("token");

        var reply = await host.SendContentAsync(
            "POST", "/api/events", Content(body.Replace("LICENSE", id, StringComparison.Ordinal), mediaType), other);
        await host.SendAsync("POST", "/api/v1/dead-letters/retry");

        Assert.Equal((202, 0), (reply.Status, reply.Number("accepted")));
        var rejected = Assert.Single(reply.Json.GetProperty("rejected").EnumerateArray());
        Assert.NotEmpty(rejected.GetProperty("detail").GetString()!);
        Assert.Null(rejected.GetProperty("dead_letter_id").GetString());
        Assert.Equal(0, (await host.SendAsync("GET", "/api/v1/dead-letters")).Json.GetProperty("items").GetArrayLength());
        Assert.Equal(0, await UsedAsync(host, key));
    }

    [Fact]
    public async Task The_live_tail_shows_it_to_its_sender_and_to_no_other_tenant()
    {
        await using var host = await MemoryHost.StartAsync();
        var (sender, reader, other) = (await TokenAsync("ingest", "tenant_a"), await TokenAsync("read", "tenant_a"), await TokenAsync("read", "tenant_acme"));
        await host.SendAsync("GET", "/api/v1/events/recent");

        await host.SendAsync("POST", "/api/events", $"[{Cloud}]", sender);

        var seen = Assert.Single(await SeenAsync(reader));
        Assert.Equal("rejected", seen.GetProperty("outcome").GetString());
        Assert.Empty(await SeenAsync(other));

        async Task<string> TokenAsync(string scope, string tenant) => "Bearer " + (await host.SendAsync(
            "POST", "/api/v1/tokens", $$"""{"name":"n","scopes":["{{scope}}"],"tenant_id":"{{tenant}}"}""")).Text("token");

        async Task<List<System.Text.Json.JsonElement>> SeenAsync(string token) =>
            [.. (await host.SendAsync("GET", "/api/v1/events/recent", null, token)).Json.GetProperty("items").EnumerateArray()];
    }

    public static TheoryData<string, byte[]> Altered => new()
    {
        { "too long", Encoding.UTF8.GetBytes(TooLong) },
        { "not UTF-8", [.. Encoding.UTF8.GetBytes(Plain).Select(one => one == 'p' ? (byte)0xff : one)] },
    };

    [Theory]
    [MemberData(nameof(Altered))]
    public async Task A_letter_that_is_not_the_event_as_it_came_says_so_and_only_the_event_itself_counts(string why, byte[] line)
    {
        var (host, _, key) = await MemoryHost.WithLicenseAsync();
        await using var running = host;
        var body = new ByteArrayContent(line);
        body.Headers.TryAddWithoutValidation("Content-Type", Lines);
        var id = (await host.SendContentAsync("POST", "/api/events", body, Producer)).Json.GetProperty("rejected")[0]
            .GetProperty("dead_letter_id").GetString();

        var letter = Assert.Single((await host.SendAsync("GET", "/api/v1/dead-letters")).Json.GetProperty("items").EnumerateArray());
        Assert.Contains(why, letter.GetProperty("payload").GetString()![^80..], StringComparison.Ordinal);
        var all = await host.SendAsync("POST", "/api/v1/dead-letters/retry");
        Assert.Contains("as it came", all.Json.GetProperty("refused")[0].GetProperty("detail").GetString(), StringComparison.Ordinal);
        Assert.Equal(
            (400, ProblemCode.MalformedJson),
            (await host.SendAsync("POST", $"/api/v1/dead-letters/{id}/retry")) is var one ? (one.Status, one.Code) : default);
        Assert.Equal(0, await UsedAsync(host, key));

        Assert.Equal(202, (await host.SendAsync("POST", $"/api/v1/dead-letters/{id}/retry", $$"""{"event":{{Plain}}}""")).Status);
        Assert.Equal(1, await UsedAsync(host, key));
    }
}
