using System.IO.Compression;
using System.Text;
using Metering.Conformance.Client;

namespace Metering.Conformance.Ingest;

/// <summary>Bodies that are compressed, begin with a byte order mark, or are larger than may be.</summary>
public sealed class CompressedEventTests : ContractTest
{
    [Theory]
    [InlineData("gzip", "application/json")]
    [InlineData("br", "application/json")]
    [InlineData("gzip", "application/x-ndjson")]
    [InlineData("br", "application/x-ndjson")]
    public async Task Compressed_events_are_counted(string coding, string mediaType)
    {
        var license = await Meter.License(new { limit = 100 });
        var events = Enumerable.Range(0, 20).Select(i => Event(license, $"e{i}"));
        var text = mediaType == "application/json" ? $"[{string.Join(',', events)}]" : string.Join('\n', events);

        await Meter.Post("/api/events", Compressed(text, coding, mediaType)).Is(202).Has("accepted", 20);
        await Meter.Post("/api/events", Compressed("\ufeff" + text, coding, mediaType)).Is(202).Has("duplicates", 20);

        await license.Check().Has("used", 20);
    }

    [Theory]
    [InlineData("gzip", "application/json")]
    [InlineData("br", "application/json")]
    [InlineData("gzip", "application/x-ndjson")]
    [InlineData("br", "application/x-ndjson")]
    public async Task A_compressed_body_that_is_cut_off_counts_nothing(string coding, string mediaType)
    {
        var license = await Meter.License(new { limit = 100 });
        var text = string.Join('\n', Enumerable.Range(0, 200).Select(i => Event(license, Meter.Unique("e"))));
        var whole = Compress(mediaType == "application/json" ? $"[{text.Replace('\n', ',')}]" : text, coding);

        foreach (var length in new[] { whole.Length - 1, whole.Length / 2 })
        {
            await Meter.Post("/api/events", Content(whole[..length], coding, mediaType)).RefusesSomehow().Is(400);
        }

        await Meter.Post("/api/events", Content(Encoding.UTF8.GetBytes(text), coding, mediaType)).RefusesSomehow().Is(400);
        await license.Check().Has("used", 0);
    }

    [Fact]
    public async Task Another_encoding_is_415_and_the_answer_names_those_that_are_taken()
    {
        var license = await Meter.License(new { limit = 100 });
        var reply = await Meter.Post("/api/events", Content(Encoding.UTF8.GetBytes(Event(license, "e")), "zstd", "application/json"))
            .RefusesSomehow().Is(415);

        reply.HasHeader("Accept-Encoding", "gzip, br");
        await license.Check().Has("used", 0);
    }

    [Fact]
    public async Task A_consume_may_be_compressed_too()
    {
        var license = await Meter.License(new { limit = 10 });
        var body = Compressed($$"""{"feature_code":"{{license.Feature}}","amount":4}""", "gzip", "application/json");

        await license.Software.Send(HttpMethod.Post, "/api/v1/license/consume", body, Meter.Unique("key")).Is(200).Has("used", 4);
    }

    [Fact]
    public async Task An_array_with_too_many_events_is_413_and_none_counts()
    {
        var license = await Meter.License(new { limit = 100 });
        var text = "[" + string.Join(',', Enumerable.Repeat(Event(license, "same"), 50_001)) + "]";

        await Meter.Post("/api/events", Compressed(text, "gzip", "application/json")).RefusesSomehow().Is(413);

        await license.Check().Has("used", 0);
    }

    [Fact]
    public async Task Lines_beyond_a_limit_say_from_which_event_on_nothing_was_taken()
    {
        var license = await Meter.License(new { limit = 100_000 });
        var lines = Enumerable.Range(0, 1500).Select(i => Event(license, $"e{i}")).ToList();
        lines[1200] = Event(license, new string('x', 2 * 1024 * 1024));
        using var content = Meter.Json(string.Join('\n', lines), "application/x-ndjson");

        var reply = await Meter.Post("/api/events", content).Is(202).Has("accepted", 1200).Has("rejected.0.index", 1200);

        Assert.Contains("line", Assert.Single(reply.List("rejected")).GetProperty("detail").GetString(), StringComparison.Ordinal);
        await license.Check().Has("used", 1200);
    }

    [Fact]
    public async Task Metadata_that_lies_too_deep_is_refused_at_its_place()
    {
        var license = await Meter.License(new { limit = 10 });
        string Deep(int levels) => string.Concat(Enumerable.Repeat("""{"a":""", levels)) + "1" + new string('}', levels);

        var reply = await license.Software.Send(
            HttpMethod.Post, "/api/v1/license/consume", $$"""{"feature_code":"{{license.Feature}}","metadata":{{Deep(60)}} }""", Meter.Unique("key")).RefusesSomehow().Is(400);

        Assert.StartsWith("/metadata/a/a", reply.List("errors")[0].GetProperty("pointer").GetString(), StringComparison.Ordinal);
        await license.Software.Send(
            HttpMethod.Post, "/api/v1/license/consume", $$"""{"feature_code":"{{license.Feature}}","metadata":{{Deep(15)}} }""", Meter.Unique("key")).Is(200);
        Assert.Contains(await license.Ledger(), entry => entry.GetRawText().Contains(Deep(15), StringComparison.Ordinal));
    }

    private static string Event(License license, string id) =>
        $$"""{"tenant_id":"{{license.Tenant}}","metric":"{{license.Feature}}","event_id":"{{id}}"}""";

    private static ByteArrayContent Compressed(string text, string coding, string mediaType) =>
        Content(Compress(text, coding), coding, mediaType);

    private static byte[] Compress(string text, string coding)
    {
        var memory = new MemoryStream();
        using (
            Stream stream = coding == "br" ? new BrotliStream(memory, CompressionLevel.Fastest)
                : new GZipStream(memory, CompressionLevel.Fastest))
        {
            stream.Write(Encoding.UTF8.GetBytes(text));
        }

        return memory.ToArray();
    }

    private static ByteArrayContent Content(byte[] bytes, string coding, string mediaType)
    {
        var content = new ByteArrayContent(bytes);
        content.Headers.TryAddWithoutValidation("Content-Type", mediaType);
        content.Headers.TryAddWithoutValidation("Content-Encoding", coding);
        return content;
    }
}
