using System.Text;
using Metering.Api.Tests.Memory;

namespace Metering.Api.Tests;

public class EventTests
{
    private const string Producer = "Bearer " + MemoryHost.ProducerToken;
    private const string Event = """{"tenant_id":"tenant_acme","metric":"api_calls","quantity":2,"user_id":"user_1","event_id":"evt_1","occurred_at":"2026-11-21T09:00:00Z"}""";

    [Theory]
    [InlineData("/api/events")]
    [InlineData("/api/v1/events")]
    public async Task One_event_counts_once(string path)
    {
        var (host, _, key) = await MemoryHost.WithLicenseAsync();
        await using var running = host;
        var first = await host.SendAsync("POST", path, Event, Producer);
        Assert.Equal((202, 1, 0, "evt_1"), (first.Status, first.Number("accepted"), first.Number("duplicates"), first.Text("event_id")));
        var again = await host.SendAsync("POST", path, Event, Producer);
        Assert.Equal((202, 0, 1), (again.Status, again.Number("accepted"), again.Number("duplicates")));
        Assert.Equal(2, await UsedAsync(host, key));
    }

    [Fact]
    public async Task An_event_without_an_id_gets_one()
    {
        var (host, _, key) = await MemoryHost.WithLicenseAsync();
        await using var running = host;
        var reply = await host.SendAsync("POST", "/api/events", """{"tenant_id":"tenant_acme","metric":"api_calls"}""", Producer);
        Assert.Matches("^evt_[a-z2-7]{24}$", reply.Text("event_id"));
        var again = await host.SendAsync("POST", "/api/events", $$"""{"tenant_id":"tenant_acme","metric":"api_calls","event_id":"{{reply.Text("event_id")}}"}""", Producer);
        Assert.Equal(1, again.Number("duplicates"));
        Assert.Equal(1, await UsedAsync(host, key));
    }

    public static TheoryData<string, string, string> BadEvents => new()
    {
        { """{}""", RefusalCode.InvalidRequest, "/metric /tenant_id" },
        { """{"tenant_id":"t","metric":5}""", RefusalCode.InvalidRequest, "/metric" },
        { """{"tenant_id":"t","metric":"m","quantity":"1"}""", RefusalCode.InvalidRequest, "/quantity" },
        { """{"tenant_id":"tenant_acme","metric":"api_calls","quantity":-1}""", RefusalCode.InvalidRequest, "/quantity" },
        { """{"tenant_id":"tenant_acme","metric":"api_calls","quantity":0.0000000001}""", RefusalCode.InvalidRequest, "/quantity" },
        { """{"tenant_id":"t","metric":"m","occurred_at":"now"}""", RefusalCode.InvalidRequest, "/occurred_at" },
        { """{"tenant_id":"","metric":"m"}""", RefusalCode.InvalidRequest, "/tenant_id" },
        { """{"tenant_id":"unknown","metric":"api_calls"}""", RefusalCode.FeatureNotAssigned, "" },
        { """{"tenant_id":"tenant_acme","metric":"unknown"}""", RefusalCode.FeatureNotAssigned, "" },
        { """{"license_id":"lic_none","metric":"api_calls"}""", RefusalCode.LicenseNotFound, "" },
        { """{"tenant_id":"t",""", ProblemCode.MalformedJson, "" },
        { "", ProblemCode.MalformedJson, "" },
        { "5", RefusalCode.InvalidRequest, "" },
    };

    [Theory]
    [MemberData(nameof(BadEvents))]
    public async Task A_single_bad_event_is_400(string body, string code, string pointers)
    {
        var (host, _, key) = await MemoryHost.WithLicenseAsync();
        await using var running = host;
        var reply = await host.SendAsync("POST", "/api/events", body, Producer);
        Assert.Equal((400, code), (reply.Status, reply.Code));
        Assert.Equal(pointers, string.Join(' ', reply.Pointers));
        Assert.Equal(0, await UsedAsync(host, key));
    }

    [Fact]
    public async Task Good_events_of_a_batch_count_and_bad_ones_become_dead_letters()
    {
        var (host, _, key) = await MemoryHost.WithLicenseAsync();
        await using var running = host;
        var reply = await host.SendAsync("POST", "/api/events", $$"""
            [{{Event}}, {"tenant_id":"tenant_acme"}, 5, {{Event}}, {"tenant_id":"late_tenant","metric":"api_calls","event_id":"e9"}, {"tenant_id":"tenant_acme","metric":"api_calls"}]
            """, Producer);
        Assert.Equal((202, 2, 1), (reply.Status, reply.Number("accepted"), reply.Number("duplicates")));
        Assert.Equal(["1 invalid_request", "2 invalid_request", "4 feature_not_assigned"],
            reply.Json.GetProperty("rejected").EnumerateArray()
                .Select(item => $"{item.GetProperty("index")} {item.GetProperty("code").GetString()}").Order());
        Assert.Equal(5, reply.Json.GetProperty("event_ids")[0].GetProperty("index").GetInt32());
        Assert.Equal(3, await UsedAsync(host, key));

        var letters = (await host.SendAsync("GET", "/api/v1/dead-letters")).Json.GetProperty("items").EnumerateArray().ToList();
        Assert.Equal(3, letters.Count);
        Assert.Contains(letters, letter => letter.GetProperty("payload").GetString() == """{"tenant_id":"tenant_acme"}""");
        var late = letters.Single(letter => letter.GetProperty("code").GetString() == RefusalCode.FeatureNotAssigned).GetProperty("id")
            .GetString();
        Assert.Equal(400, (await host.SendAsync("POST", $"/api/v1/dead-letters/{late}/retry")).Status);

        var (_, lateKey) = await host.LicenseAsync("""{"feature_code":"api_calls"}""", "late_tenant");
        Assert.Equal(
            (202, 1),
            (await host.SendAsync("POST", $"/api/v1/dead-letters/{late}/retry")) is var retried
                ? (retried.Status, retried.Number("accepted")) : default);
        Assert.Equal(1, await UsedAsync(host, lateKey));
        Assert.Equal(
            (404, ProblemCode.DeadLetterNotFound),
            (await host.SendAsync("POST", $"/api/v1/dead-letters/{late}/retry")) is var gone ? (gone.Status, gone.Code) : default);
        Assert.Equal(2, (await host.SendAsync("GET", "/api/v1/dead-letters")).Json.GetProperty("items").GetArrayLength());
    }

    [Theory]
    [InlineData("application/json", "[{\"metric\":\"?\"}]")]
    [InlineData("application/json", "{\"metric\":\"?\"}")]
    [InlineData("application/cloudevents+json", "{\"specversion\":\"1.0\",\"data\":\"?\"}")]
    [InlineData("application/cloudevents-batch+json", "[\"?\"]")]
    public async Task Bytes_that_are_no_text_are_malformed(string mediaType, string text)
    {
        await using var host = await MemoryHost.StartAsync();
        var content = new ByteArrayContent([.. Encoding.UTF8.GetBytes(text).Select(one => one == '?' ? (byte)0xff : one)]);
        content.Headers.TryAddWithoutValidation("Content-Type", mediaType);
        var reply = await host.SendContentAsync("POST", "/api/events", content, Producer);
        Assert.Equal((400, ProblemCode.MalformedJson), (reply.Status, reply.Code));
        var binary = new ByteArrayContent([(byte)'"', 0xff, (byte)'"']);
        reply = await host.SendContentAsync("POST", "/api/events", binary, Producer,
            ("ce-specversion", "1.0"), ("ce-id", "1"), ("ce-source", "/a"), ("ce-type", "m"), ("ce-subject", "t"));
        Assert.Equal((400, ProblemCode.MalformedJson), (reply.Status, reply.Code));
    }

    [Fact]
    public async Task Lines_are_read_one_by_one()
    {
        var (host, _, key) = await MemoryHost.WithLicenseAsync("""{"feature_code":"api_calls"}""");
        await using var running = host;
        var lines = string.Join("\n", Enumerable.Range(0, 2500).Select(i => $$"""{"tenant_id":"tenant_acme","metric":"api_calls","event_id":"e{{i % 2000}}"}"""));
        var reply = await host.SendContentAsync(
            "POST", "/api/events", Content(lines + "\n\n{broken\n" + Event, "application/x-ndjson"), Producer);
        Assert.Equal((202, 2001, 500), (reply.Status, reply.Number("accepted"), reply.Number("duplicates")));
        Assert.Equal(
            (2500, ProblemCode.MalformedJson),
            reply.Json.GetProperty("rejected")[0] is var bad ? (bad.GetProperty("index").GetInt32(), bad.GetProperty("code").GetString())
                : default);
        Assert.Equal(2002, await UsedAsync(host, key));
    }

    [Fact]
    public async Task Cloud_events_come_structured_batched_and_binary()
    {
        var (host, id, key) = await MemoryHost.WithLicenseAsync();
        await using var running = host;
        var cloud = """{"specversion":"1.0","id":"1","source":"/app","type":"api_calls","subject":"LICENSE","time":"2026-11-21T09:30:00Z","data":{"quantity":2,"user_id":"u"}}"""
            .Replace("LICENSE", id, StringComparison.Ordinal);
        var structured = await host.SendContentAsync(
            "POST", "/api/events", Content(cloud, "application/cloudevents+json; charset=utf-8"), Producer);
        Assert.Equal((202, 1, "/app 1"), (structured.Status, structured.Number("accepted"), structured.Text("event_id")));
        var batch = await host.SendContentAsync("POST", "/api/events",
            Content("[" + cloud + """, {"specversion":"1.0","id":"2","source":"/app","type":"com.acme.used","subject":"tenant_acme","data":{"metric":"api_calls"}}]""", "application/cloudevents-batch+json"), Producer);
        Assert.Equal((1, 1), (batch.Number("accepted"), batch.Number("duplicates")));

        var binary = Content("""{"quantity":3}""", "application/json");
        var counted = await host.SendContentAsync("POST", "/api/events", binary, Producer,
            ("ce-specversion", "1.0"), ("ce-id", "3"), ("ce-source", "/app"), ("ce-type", "api_calls"), ("ce-subject", "tenant_acme"));
        Assert.Equal((202, 1), (counted.Status, counted.Number("accepted")));
        var empty = await host.SendContentAsync("POST", "/api/events", null, Producer,
            ("ce-specversion", "1.0"), ("ce-id", "1"), ("ce-source", "/app"), ("ce-type", "api_calls"), ("ce-subject", "tenant_acme"));
        Assert.Equal((202, 1), (empty.Status, empty.Number("duplicates")));
        Assert.Equal(6, await UsedAsync(host, key));
        var ledger = (await host.SendAsync("GET", $"/api/v1/licenses/{id}/ledger?feature_code=api_calls")).Json.GetProperty("items")
            .EnumerateArray();
        Assert.Contains(
            ledger,
            entry => entry.GetProperty("event_id").GetString() == "/app 1"
                && entry.GetProperty("occurred_at").GetString() == "2026-11-21T09:30:00Z");

        foreach (var (body, pointer) in new[]
        {
            ("""{"id":"1","source":"/a","type":"m","subject":"t"}""", "/specversion"), ("""{"specversion":"1.0","source":"/a","type":"m"}""", "/id"),
            ("""{"specversion":"1.0","id":"1","source":"a b","type":"m"}""", "/source"), ("""{"specversion":"1.0","id":"1","source":"/a"}""", "/type"),
            ("""{"specversion":"1.0","id":"1","source":"/a","type":"m","data":5}""", "/data"), ("""{"specversion":"1.0","id":"1","source":"/a","type":"m","time":"x"}""", "/time"),
            ("""{"specversion":"1.0","id":"1","source":"/a","type":"m","subject":"t","data":{"quantity":"1"}}""", "/data/quantity"),
            ("""{"specversion":"1.0","id":"1","source":"/a","type":"m","data_base64":"%"}""", "/data_base64"),
        })
        {
            var bad = await host.SendContentAsync("POST", "/api/events", Content(body, "application/cloudevents+json"), Producer);
            Assert.Equal((400, pointer), (bad.Status, string.Join(' ', bad.Pointers)));
        }
    }

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

        Assert.Equal((202, from), (reply.Status, reply.Number("accepted")));
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
    public async Task A_fault_after_a_part_was_counted_is_that_of_its_events_alone()
    {
        var (host, _, key) = await MemoryHost.WithLicenseAsync("""{"feature_code":"api_calls"}""");
        await using var running = host;
        var events = string.Join(',', Enumerable.Range(0, 1500).Select(i => $$"""{"tenant_id":"tenant_acme","metric":"api_calls","event_id":"e{{i}}"}"""));
        host.Meters.FaultAfter = (1200, new StoreUnavailableException("The disk is full."));

        var reply = await host.SendAsync("POST", "/api/events", $"[{events}]", Producer);

        Assert.Equal(202, reply.Status);
        Assert.Equal(1500, reply.Number("accepted") + reply.Json.GetProperty("rejected").GetArrayLength());
        Assert.All(
            reply.Json.GetProperty("rejected").EnumerateArray(),
            item => Assert.Equal(ProblemCode.Busy, item.GetProperty("code").GetString()));
        host.Meters.FaultAfter = null;
        Assert.Equal(reply.Number("accepted"), await UsedAsync(host, key));
        host.Meters.Lists.Clear();
        var again = await host.SendAsync("POST", "/api/events", $"[{events}]", Producer);
        Assert.Equal([512, 488, 500], host.Meters.Lists.Select(list => list.Commands));
        Assert.Equal((202, 1500), (again.Status, again.Number("accepted") + again.Number("duplicates")));
        Assert.Equal(1500, await UsedAsync(host, key));
    }

    [Fact]
    public async Task A_list_that_is_lost_does_not_hide_what_was_counted()
    {
        var (host, _, key) = await MemoryHost.WithLicenseAsync();
        await using var running = host;
        host.Directory.LetterFault = new StoreUnavailableException("The disk is full.");

        var reply = await host.SendAsync("POST", "/api/events", $"[{Event},5]", Producer);
        Assert.Equal((202, 1), (reply.Status, reply.Number("accepted")));
        Assert.Contains(
            "could not be kept", reply.Json.GetProperty("rejected")[0].GetProperty("detail").GetString(), StringComparison.Ordinal);
        Assert.Equal(503, (await host.SendAsync("POST", "/api/events", "[5,6]", Producer)).Status);
        Assert.Equal(2, await UsedAsync(host, key));
    }

    [Fact]
    public async Task An_event_that_meets_a_fault_of_ours_does_not_take_the_others_with_it()
    {
        var (host, _, key) = await MemoryHost.WithLicenseAsync();
        await using var running = host;
        host.Meters.FaultAfter = (1, new InvalidOperationException("A bug."));

        var reply = await host.SendAsync(
            "POST", "/api/events", $"[{Event},{Event.Replace("evt_1", "evt_2", StringComparison.Ordinal)}]", Producer);
        Assert.Equal((202, 1), (reply.Status, reply.Number("accepted")));
        Assert.Equal(
            ("evt_2", ProblemCode.InternalError),
            reply.Json.GetProperty("rejected")[0] is var bad
                ? (bad.GetProperty("event_id").GetString(), bad.GetProperty("code").GetString()) : default);
        Assert.Equal(
            500, (await host.SendAsync("POST", "/api/events", Event.Replace("evt_1", "evt_2", StringComparison.Ordinal), Producer)).Status);
        host.Meters.FaultAfter = null;
        Assert.Equal(2, await UsedAsync(host, key));
    }

    [Fact]
    public async Task A_busy_host_is_503_with_the_events_id()
    {
        var (host, _, _) = await MemoryHost.WithLicenseAsync();
        await using var running = host;
        host.Meters.Fixed = ApplyResult.Busy;
        var reply = await host.SendAsync("POST", "/api/events", """{"tenant_id":"tenant_acme","metric":"api_calls"}""", Producer);
        Assert.Equal((503, ProblemCode.Busy, "1"), (reply.Status, reply.Code, reply.Header("Retry-After")));
        Assert.StartsWith("evt_", reply.Text("event_id"), StringComparison.Ordinal);
        Assert.Equal(503, (await host.SendAsync("POST", "/api/events", $"[{Event},{Event}]", Producer)).Status);
        Assert.Equal(0, (await host.SendAsync("GET", "/api/v1/dead-letters")).Json.GetProperty("items").GetArrayLength());
    }

    [Fact]
    public async Task The_tenants_license_is_found_anew_after_its_features_have_changed()
    {
        var (host, firstId, firstKey) = await MemoryHost.WithLicenseAsync();
        await using var running = host;
        var (_, secondKey) = await host.LicenseAsync(null);
        await host.SendAsync("POST", "/api/events", """{"tenant_id":"tenant_acme","metric":"api_calls"}""", Producer);
        Assert.Equal(1, await UsedAsync(host, firstKey));
        await host.SendAsync("DELETE", $"/api/v1/licenses/{firstId}");
        Assert.Equal(400, (await host.SendAsync("POST", "/api/events", """{"tenant_id":"tenant_acme","metric":"api_calls"}""", Producer)).Status);
        var secondId = (await host.SendAsync("POST", "/api/v1/license/validate", null, "License " + secondKey)).Json.GetProperty("license")
            .GetProperty("id").GetString();
        await host.SendAsync("POST", $"/api/v1/licenses/{secondId}/features", """{"feature_code":"api_calls"}""");
        Assert.Equal(202, (await host.SendAsync("POST", "/api/events", """{"tenant_id":"tenant_acme","metric":"api_calls"}""", Producer)).Status);
        Assert.Equal(1, await UsedAsync(host, secondKey));
    }

    /// <summary>Bytes whose length nobody tells, so that they are sent in chunks.</summary>
    private sealed class Unsized(byte[] bytes) : MemoryStream(bytes)
    {
        public override bool CanSeek => false;
    }

    private static async Task<decimal> UsedAsync(MemoryHost host, string key) =>
        (await host.RunAsync("GET", "check?feature_code=api_calls", key, null)).Number("used");

    private static ByteArrayContent Content(string text, string mediaType)
    {
        var content = new ByteArrayContent(Encoding.UTF8.GetBytes(text));
        content.Headers.TryAddWithoutValidation("Content-Type", mediaType);
        return content;
    }
}
