using System.Text;
using Metering.Api.Tests.Memory;
using static Metering.Api.Tests.EventRequests;

namespace Metering.Api.Tests;

/// <summary>Events in each form that they come in over HTTP.</summary>
public sealed class EventTests
{
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
}
