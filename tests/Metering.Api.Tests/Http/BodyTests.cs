using System.IO.Compression;
using System.Text;
using Metering.Api.Tests.Memory;
using Microsoft.Extensions.DependencyInjection;

namespace Metering.Api.Tests;

/// <summary>How bodies are read: their encoding, their size, their depth, and the memory that they share.</summary>
public class BodyTests
{
    private const string Producer = "Bearer " + MemoryHost.ProducerToken;
    private const string Use = """{"feature_code":"api_calls","amount":2}""";

    private static readonly string Events =
        "[" + string.Join(',', Enumerable.Range(0, 200).Select(i => $$"""{"tenant_id":"tenant_acme","metric":"api_calls","event_id":"e{{i}}"}""")) + "]";

    private static readonly string Lines = string.Concat(Enumerable.Range(0, 200).Select(i => $$"""{"tenant_id":"tenant_acme","metric":"api_calls","event_id":"e{{i}}"}""" + "\n"));

    [Theory]
    [InlineData("gzip")]
    [InlineData("x-gzip")]
    [InlineData("br")]
    [InlineData("GZip, identity")]
    [InlineData("gzip, br")]
    public async Task Compressed_bodies_are_read(string coding)
    {
        var (host, _, key) = await MemoryHost.WithLicenseAsync("""{"feature_code":"api_calls"}""");
        await using var running = host;
        Assert.Equal((202, 200), Taken(await SendAsync(host, Events, "application/json", coding)));
        Assert.Equal((202, 200), Duplicate(await SendAsync(host, Lines, "application/x-ndjson", coding)));
        Assert.Equal((202, 1), Taken(await SendAsync(host, """{"tenant_id":"tenant_acme","metric":"api_calls","event_id":"one"}""", "application/json", coding)));

        var content = Compressed(Use, "application/json", coding);
        var used = await host.SendContentAsync("POST", "/api/v1/license/consume", content, "License " + key, ("Idempotency-Key", "k"));
        Assert.Equal((200, 203), (used.Status, used.Number("used")));
        var plain = await host.RunAsync("POST", "consume", key, Use, "k");
        Assert.Equal("true", plain.Header("Idempotency-Replayed"));
    }

    [Theory]
    [InlineData("deflate", "deflate")]
    [InlineData("zstd", "zstd")]
    [InlineData("gzip, compress", "compress")]
    [InlineData("gzip, gzip, gzip", "3 encodings")]
    public async Task Other_encodings_are_415_and_named(string header, string named)
    {
        await using var host = await MemoryHost.StartAsync();
        foreach (var mediaType in new[] { "application/json", "application/x-ndjson" })
        {
            var content = Content(Encoding.UTF8.GetBytes(Events), mediaType);
            content.Headers.TryAddWithoutValidation("Content-Encoding", header);
            var reply = await host.SendContentAsync("POST", "/api/events", content, Producer);
            Assert.Equal((415, ProblemCode.UnsupportedMediaType, "gzip, br"), (reply.Status, reply.Code, reply.Header("Accept-Encoding")));
            Assert.Contains(named, reply.Text("detail"), StringComparison.Ordinal);
        }
    }

    public static TheoryData<string, string, string> Broken()
    {
        var data = new TheoryData<string, string, string>();
        foreach (var coding in new[] { "gzip", "br" })
        {
            foreach (var mediaType in new[] { "application/json", "application/x-ndjson" })
            {
                data.Add(coding, mediaType, "cut in the middle");
                data.Add(coding, mediaType, "cut before the last byte");
                data.Add(coding, mediaType, "garbage");
            }
        }

        return data;
    }

    [Theory]
    [MemberData(nameof(Broken))]
    public async Task A_damaged_stream_counts_nothing_and_keeps_nothing(string coding, string mediaType, string damage)
    {
        var (host, _, key) = await MemoryHost.WithLicenseAsync("""{"feature_code":"api_calls"}""");
        await using var running = host;
        var whole = Compress(Encoding.UTF8.GetBytes(mediaType == "application/json" ? Events : Lines), coding);
        var bytes = damage switch
        {
            "garbage" => Encoding.UTF8.GetBytes(Lines),
            "cut in the middle" => whole[..(whole.Length / 2)],
            _ => whole[..^1],
        };
        var content = Content(bytes, mediaType);
        content.Headers.TryAddWithoutValidation("Content-Encoding", coding);

        var reply = await host.SendContentAsync("POST", "/api/events", content, Producer);

        Assert.Equal((400, RefusalCode.InvalidRequest), (reply.Status, reply.Code));
        Assert.Contains(coding, reply.Text("detail"), StringComparison.Ordinal);
        Assert.Equal(0, (await host.RunAsync("GET", "check?feature_code=api_calls", key, null)).Number("used"));
        Assert.Equal(0, (await host.SendAsync("GET", "/api/v1/dead-letters")).Json.GetProperty("items").GetArrayLength());
    }

    [Fact]
    public async Task Limits_are_of_decoded_bytes_and_nothing_unfolds_beyond_them()
    {
        await using var host = await MemoryHost.StartAsync(null, "--Metering:Api:MaxBatchBytes=20000", "--Metering:Api:MaxBodyBytes=2000");
        var many = "[" + new string(' ', 2_000_000) + "]";
        Assert.Equal(413, (await SendAsync(host, many, "application/json", "gzip")).Status);
        Assert.Equal(413, (await SendAsync(host, many, "application/x-ndjson", "br")).Status);

        // Empty members decompress to nothing, without end: the layer between is held to the limit too.
        byte[] empty = [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3, 3, 0, 0, 0, 0, 0, 0, 0, 0, 0];
        var members = Enumerable.Repeat(empty, 10_000).SelectMany(one => one).ToArray();
        var nested = Content(Compress(members, "br"), "application/json");
        nested.Headers.TryAddWithoutValidation("Content-Encoding", "gzip, br");
        Assert.Equal(413, (await host.SendContentAsync("POST", "/api/events", nested, Producer)).Status);
        Assert.Equal(0, Memory(host).Taken);
    }

    [Theory]
    [InlineData("application/json", "[{0}]")]
    [InlineData("application/json", "{0}")]
    [InlineData("application/x-ndjson", "{0}\n")]
    [InlineData("application/x-ndjson", "{0}")]
    public async Task A_byte_order_mark_is_skipped(string mediaType, string form)
    {
        var (host, _, key) = await MemoryHost.WithLicenseAsync();
        await using var running = host;
        var text = "\ufeff" + form.Replace("{0}", """{"tenant_id":"tenant_acme","metric":"api_calls"}""", StringComparison.Ordinal);
        Assert.Equal(
            (202, 1),
            Taken(await host.SendContentAsync("POST", "/api/events", Content(Encoding.UTF8.GetBytes(text), mediaType), Producer)));
        Assert.Equal((202, 1), Taken(await SendAsync(host, text, mediaType, "gzip")));
        Assert.Equal(
            (200, 4),
            (await host.RunAsync("POST", "consume", key, "\ufeff" + Use)) is var used ? (used.Status, used.Number("used")) : default);
        Assert.Equal(
            (400, ProblemCode.MalformedJson),
            (await host.RunAsync("POST", "consume", key, "\ufeff")) is var empty ? (empty.Status, empty.Code) : default);
    }

    [Fact]
    public async Task What_lies_too_deep_is_refused_at_its_place()
    {
        var (host, id, key) = await MemoryHost.WithLicenseAsync("""{"feature_code":"api_calls"}""");
        await using var running = host;
        string Deep(int levels) => string.Concat(Enumerable.Repeat("""{"a":""", levels)) + "1" + new string('}', levels);
        var place = "/metadata" + string.Concat(Enumerable.Repeat("/a", 15));

        Assert.Equal(200, (await host.RunAsync("POST", "consume", key, $$"""{"feature_code":"api_calls","metadata":{{Deep(15)}}}""")).Status);
        var ledger = await host.SendAsync("GET", $"/api/v1/licenses/{id}/ledger");
        Assert.Contains(Deep(15), ledger.Json.GetRawText(), StringComparison.Ordinal);
        foreach (var levels in new[] { 16, 60, 500 })
        {
            var refused = await host.RunAsync("POST", "consume", key, $$"""{"feature_code":"api_calls","metadata":{{Deep(levels)}}}""");
            Assert.Equal((400, RefusalCode.InvalidRequest, place), (refused.Status, refused.Code, string.Join(' ', refused.Pointers)));
        }

        var lists = await host.SendAsync("PUT", "/api/v1/catalog", $$"""{"features":{{new string('[', 20)}}{{new string(']', 20)}}}""");
        Assert.Equal(400, lists.Status);
        Assert.StartsWith("/features", string.Join(' ', lists.Pointers), StringComparison.Ordinal);
        var single = await host.SendAsync("POST", "/api/events", $$"""{"tenant_id":"tenant_acme","metric":"api_calls","metadata":{{Deep(60)}}}""", Producer);
        Assert.Equal((400, place), (single.Status, string.Join(' ', single.Pointers)));
        var batch = await host.SendAsync("POST", "/api/events", $$"""
            [{"tenant_id":"tenant_acme","metric":"api_calls"},{"tenant_id":"tenant_acme","metric":"api_calls","metadata":{{Deep(200)}}},
             {"tenant_id":"tenant_acme","metric":"api_calls","metadata":{{Deep(15)}}}]
            """, Producer);
        Assert.Equal((202, 2), Taken(batch));
        Assert.StartsWith(
            place + " lies too deep", batch.Json.GetProperty("rejected")[0].GetProperty("detail").GetString(), StringComparison.Ordinal);
        var cloud = Content(Encoding.UTF8.GetBytes($$"""{"specversion":"1.0","id":"1","source":"/a","type":"api_calls","subject":"tenant_acme","data":{"metadata":{{Deep(60)}} } }"""), "application/cloudevents+json");
        Assert.Equal(
            (400, "/data" + place[..^2]),
            (await host.SendContentAsync("POST", "/api/events", cloud, Producer)) is var far ? (far.Status, string.Join(' ', far.Pointers))
                : default);
    }

    [Fact]
    public async Task Bodies_share_a_memory_and_small_ones_need_none()
    {
        var (host, _, key) = await MemoryHost.WithLicenseAsync("""{"feature_code":"api_calls"}""");
        await using var running = host;
        var memory = Memory(host);
        memory.Take(256L << 20);

        foreach (var coding in new[] { "identity", "gzip" })
        {
            var full = await SendAsync(host, "[" + new string(' ', 300_000) + "]", "application/json", coding);
            Assert.Equal((503, ProblemCode.Busy, "1"), (full.Status, full.Code, full.Header("Retry-After")));
        }

        Assert.Equal(200, (await host.RunAsync("POST", "consume", key, Use)).Status);
        Assert.Equal((202, 200), Taken(await SendAsync(host, Lines, "application/x-ndjson", "identity")));
        memory.Release(256L << 20);
        Assert.Equal(202, (await SendAsync(host, Events + new string(' ', 300_000), "application/json", "identity")).Status);
        Assert.Equal(0, memory.Taken);
    }

    [Fact]
    public async Task Lines_that_find_no_memory_say_from_where_on_nothing_was_taken()
    {
        var (host, _, key) = await MemoryHost.WithLicenseAsync("""{"feature_code":"api_calls"}""");
        await using var running = host;
        Memory(host).Take((256L << 20) - 70_000);
        var line = $$"""{"tenant_id":"tenant_acme","metric":"api_calls","metadata":{"a":"{{new string('x', 3000)}}"} }""" + "\n";

        var reply = await host.SendContentAsync(
            "POST", "/api/events", new Slow(line, 100), Producer, ("Content-Type", "application/x-ndjson"));

        Assert.Equal(202, reply.Status);
        var rejected = Assert.Single(reply.Json.GetProperty("rejected").EnumerateArray());
        Assert.Equal(
            (reply.Number("accepted"), ProblemCode.Busy),
            (rejected.GetProperty("index").GetDecimal(), rejected.GetProperty("code").GetString()));
        Assert.Equal(reply.Number("accepted"), (await host.RunAsync("GET", "check?feature_code=api_calls", key, null)).Number("used"));
    }

    private static BodyMemory Memory(MemoryHost host) => host.Services.GetRequiredService<BodyMemory>();

    private static (int, decimal) Taken(Reply reply) => (reply.Status, reply.Number("accepted"));

    private static (int, decimal) Duplicate(Reply reply) => (reply.Status, reply.Number("duplicates"));

    private static Task<Reply> SendAsync(MemoryHost host, string text, string mediaType, string coding) =>
        host.SendContentAsync("POST", "/api/events", Compressed(text, mediaType, coding), Producer);

    private static ByteArrayContent Compressed(string text, string mediaType, string codings)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        foreach (var coding in codings.Split(", "))
        {
            bytes = Compress(bytes, coding);
        }

        var content = Content(bytes, mediaType);
        content.Headers.TryAddWithoutValidation("Content-Encoding", codings);
        return content;
    }

    private static byte[] Compress(byte[] bytes, string coding)
    {
        if (coding == "identity")
        {
            return bytes;
        }

        var memory = new MemoryStream();
        using (
            Stream stream = coding == "br" ? new BrotliStream(memory, CompressionLevel.Fastest)
                : new GZipStream(memory, CompressionLevel.Fastest))
        {
            stream.Write(bytes);
            stream.Flush();
        }

        return memory.ToArray();
    }

    private static ByteArrayContent Content(byte[] bytes, string mediaType)
    {
        var content = new ByteArrayContent(bytes);
        content.Headers.TryAddWithoutValidation("Content-Type", mediaType);
        return content;
    }

    /// <summary>The same text many times, piece by piece, without a length.</summary>
    private sealed class Slow : HttpContent
    {
        private readonly string _text;
        private readonly int _times;

        public Slow(string text, int times)
        {
            (_text, _times) = (text, times);
            Headers.TryAddWithoutValidation("Content-Type", "application/x-ndjson");
        }

        protected override async Task SerializeToStreamAsync(Stream stream, System.Net.TransportContext? context)
        {
            for (var i = 0; i < _times; i++)
            {
                await stream.WriteAsync(Encoding.UTF8.GetBytes(_text));
                await stream.FlushAsync();
            }
        }

        protected override bool TryComputeLength(out long length)
        {
            length = 0;
            return false;
        }
    }
}
