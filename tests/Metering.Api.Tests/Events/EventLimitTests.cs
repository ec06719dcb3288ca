using System.Text;
using Metering.Api.Tests.Memory;
using static Metering.Api.Tests.EventRequests;

namespace Metering.Api.Tests;

/// <summary>How many events a request may have, and how many bytes, and what is said beyond that.</summary>
public sealed class EventLimitTests
{
    [Fact]
    public async Task Too_large_a_body_or_too_many_events_are_413_and_another_media_type_415()
    {
        await using var host = await MemoryHost.StartAsync(
            null, "--Metering:Api:MaxEvents=3", "--Metering:Api:MaxBatchBytes=4096", "--Metering:Api:MaxBodyBytes=1024");
        var four = "[" + string.Join(',', Enumerable.Repeat(Event, 4)) + "]";
        Assert.Equal(
            (413, ProblemCode.BodyTooLarge),
            (await host.SendAsync("POST", "/api/events", four, Producer)) is var many ? (many.Status, many.Code) : default);
        Assert.Equal(413, (await host.SendAsync("POST", "/api/events", "[" + new string(' ', 5000) + "]", Producer)).Status);
        Assert.Equal(413, (await host.SendAsync("POST", "/api/events", Event[..^1] + new string(' ', 1500) + "}", Producer)).Status);
        Assert.Equal(
            413,
            (await host.SendContentAsync("POST", "/api/events", Content(new string(' ', 5000), "application/x-ndjson"), Producer)).Status);
        Assert.Equal(
            (415, ProblemCode.UnsupportedMediaType),
            (await host.SendContentAsync("POST", "/api/events", Content(Event, "text/csv"), Producer)) is var other
                ? (other.Status, other.Code) : default);
    }

    [Fact]
    public async Task An_array_is_counted_through_before_anything_of_it_counts()
    {
        await using var host = await MemoryHost.StartAsync(null, "--Metering:Api:MaxEvents=2500");
        var (_, key) = await host.LicenseAsync("""{"feature_code":"api_calls"}""");
        var events = Enumerable.Range(0, 2501).Select(i => $$"""{"tenant_id":"tenant_acme","metric":"api_calls","event_id":"e{{i}}"}""").ToList();

        var many = await host.SendAsync("POST", "/api/events", $"[{string.Join(',', events)}]", Producer);
        Assert.Equal((413, ProblemCode.BodyTooLarge), (many.Status, many.Code));
        Assert.Contains("at most 2500 events, and this one has 2501", many.Text("detail"), StringComparison.Ordinal);
        events[2400] = "{broken";
        Assert.Equal(
            (400, ProblemCode.MalformedJson),
            (await host.SendAsync("POST", "/api/events", $"[{string.Join(',', events[..2450])}]", Producer)) is var broken
                ? (broken.Status, broken.Code) : default);
        Assert.Equal(400, (await host.SendAsync("POST", "/api/events", $"[{string.Join(',', events[..2000])}] x", Producer)).Status);
        Assert.Equal(400, (await host.SendAsync("POST", "/api/events", $"[{string.Join(',', events[..2000])}", Producer)).Status);
        Assert.Equal(0, await UsedAsync(host, key));

        Assert.Equal(
            2000, (await host.SendAsync("POST", "/api/events", $"[{string.Join(',', events[..2000])}]", Producer)).Number("accepted"));
        Assert.Equal(2000, await UsedAsync(host, key));
    }

    public static TheoryData<string, int, string> LineLimits => new()
    {
        { "too many events", 2500, "at most 2500 events" },
        { "a long line", 1500, "A line may have at most 2048 bytes" },
        { "a long last line", 1500, "A line may have at most 2048 bytes" },
        { "too many bytes", 2000, "The body may have at most 150000 bytes" },
    };

    [Theory]
    [MemberData(nameof(LineLimits))]
    public async Task Lines_beyond_a_limit_say_from_which_event_on_nothing_was_taken(string limit, int from, string why)
    {
        await using var host = await MemoryHost.StartAsync(
            null, $"--Metering:Api:MaxEvents={(limit == "too many bytes" ? 3000 : 2500)}",
            $"--Metering:Api:MaxBatchBytes={(limit == "too many bytes" ? 150_000 : 1_000_000)}", "--Metering:Api:MaxBodyBytes=2048");
        var (_, key) = await host.LicenseAsync("""{"feature_code":"api_calls"}""");
        string Event(int i) => $$"""{"tenant_id":"tenant_acme","metric":"api_calls","event_id":"e{{i:D8}}"}""".PadRight(74);
        var lines = Enumerable.Range(0, 2600).Select(Event).ToList();
        if (limit.StartsWith("a long", StringComparison.Ordinal))
        {
            lines[1500] = Event(1500).PadRight(3000);
            lines = limit == "a long last line" ? lines[..1501] : lines;
        }

        var body = string.Join('\n', lines);
        var stream = new StreamContent(new Unsized(Encoding.UTF8.GetBytes(body)));
        stream.Headers.TryAddWithoutValidation("Content-Type", "application/x-ndjson");
        var reply = await host.SendContentAsync("POST", "/api/events", stream, Producer);

        Assert.Equal((202, from, from), (reply.Status, reply.Number("accepted"), reply.Number("stopped_at")));
        var rejected = Assert.Single(reply.Json.GetProperty("rejected").EnumerateArray());
        Assert.Equal(
            (from, ProblemCode.BodyTooLarge), (rejected.GetProperty("index").GetInt32(), rejected.GetProperty("code").GetString()));
        Assert.StartsWith(
            why,
            rejected.GetProperty("detail").GetString()!.Replace("A request may have ", "", StringComparison.Ordinal),
            StringComparison.Ordinal);
        Assert.Contains($"Nothing was taken from index {from} on", rejected.GetProperty("detail").GetString(), StringComparison.Ordinal);
        Assert.Equal(from, await UsedAsync(host, key));
        Assert.Equal(0, (await host.SendAsync("GET", "/api/v1/dead-letters")).Json.GetProperty("items").GetArrayLength());
    }

    [Fact]
    public async Task Details_that_senders_made_long_leave_the_answer_of_a_retry_short_enough_to_be_remembered()
    {
        await using var host = await MemoryHost.StartAsync();
        var letters = Enumerable.Range(0, Page<int>.MaxSize).Select(i => new DeadLetter(
            $"dl_{i:D4}", host.Clock.UtcNow, "invalid_request", "", $$"""{"{{new string('ü', i % 2 == 0 ? 20_000 : 100)}}":1}"""));
        await host.Directory.AddAsync([.. letters], default);

        var reply = await host.SendAsync("POST", "/api/v1/dead-letters/retry", """{"limit":1000}""", headers: ("Idempotency-Key", "k"));

        // What a row of a table holds.
        Assert.InRange(Assert.Single(host.Directory.Remembered).Body.Length, 1, 480_000);
        var refused = reply.Json.GetProperty("refused").EnumerateArray().Select(one => one.GetProperty("detail").GetString()!).ToList();
        Assert.Equal(Page<int>.MaxSize, refused.Count);
        Assert.Contains("üü", refused[1], StringComparison.Ordinal);
        Assert.EndsWith("Retry this letter alone to see it.", refused[^2], StringComparison.Ordinal);
    }

    /// <summary>Bytes whose length nobody tells, so that they are sent in chunks.</summary>
    private sealed class Unsized(byte[] bytes) : MemoryStream(bytes)
    {
        public override bool CanSeek => false;
    }
}
