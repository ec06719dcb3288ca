using System.Globalization;
using System.IO.Compression;
using System.Text;
using System.Text.Json.Nodes;
using FsCheck;
using FsCheck.Fluent;

namespace Metering.Api.Tests.Fuzz;

/// <summary>Requests made from the OpenAPI document: to its paths, with its parameters, of its schemas, and damaged.</summary>
internal sealed class RequestInputs(JsonObject document)
{
    private static readonly string[] Methods = ["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"];

    private static readonly string[] OddSegments =
        ["%25", "%252F", "%2F", "%ED%A0%80", "%FF", "lic_1", "%F0%9F%98%80", "%0D%0A", "a%20b", "%3F%23", "%5C", new('x', 300), new('y', 3000)];

    private readonly SchemaValues _values = new(document);

    private static Gen<string> EventText(Gen<string> one) =>
        from count in Gen.Choose(0, 8)
        from events in Gen.ArrayOf(one, count)
        from ends in Gen.ArrayOf(Gen.Elements("\n", "\n", "\n", "\r\n", "\r", "\n\n", " \n", "\u2028", ""), count)
        select string.Concat(events.Zip(ends, (json, end) => json + end));

    private static Gen<string?> Codings => Gen.Frequency(
        (16, Gen.Constant<string?>(null)), (3, Gen.Constant<string?>("gzip")), (2, Gen.Constant<string?>("br")),
        (1, Gen.Elements<string?>("gzip, gzip", "x-gzip", "deflate", "identity", "gzip, br, gzip", "", "GZIP", ",", "zstd")));

    /// <summary>Requests to the routes that are chosen by their paths.</summary>
    public Gen<FuzzRequest> To(Func<string, bool> isChosen) => Gen.OneOf(
        from path in document["paths"]!.AsObject()
        where isChosen(path.Key)
        from operation in path.Value!.AsObject()
        select Requests(path.Key, operation.Key, operation.Value!));

    private Gen<FuzzRequest> Requests(string route, string method, JsonNode operation)
    {
        var documented = Methods.ToDictionary(one => one, one => Statuses(route, one));
        var parameters = route.Split('/').Where(part => part.StartsWith('{')).Select(part => part.Trim('{', '}'));
        var segments = Gen.CollectToArray(parameters.Select(Segment));
        return from parts in segments
               from query in Query(operation)
               from headers in Headers(operation)
               from other in Gen.Choose(0, 300)
               from body in Body(operation)
               from isBomb in Gen.Choose(0, 5_000)
               let sent = other < Methods.Length ? Methods[other] : method.ToUpperInvariant()
               select new FuzzRequest(
                   sent, route, parts, query, headers, body.MediaType, body.Coding, Packed(body.Bytes, body.Coding, body.Blow, isBomb == 0),
                   parts.All(part => part == FuzzRequest.Known) ? documented[sent].Own : documented[sent].WithOddPath);
    }

    // A method that the path does not take, and a path that an odd segment has made another one, get the answers that every path gets.
    private (HashSet<int> Own, HashSet<int> WithOddPath) Statuses(string route, string method)
    {
        var described = document["paths"]![route]![method == "HEAD" ? "get" : method.ToLowerInvariant()];
        var own = described is null ? [401, 404, 405]
            : described["responses"]!.AsObject().Select(answer => int.Parse(answer.Key, CultureInfo.InvariantCulture)).ToHashSet();
        return (own, [.. own, 404, 405]);
    }

    private static Gen<string> Segment(string name) => Gen.Frequency(
        (8, name is "id" or "grant" or "delivery_id" or "migration" ? Gen.Constant(FuzzRequest.Known) : SchemaValues.Text(name).Select(Uri.EscapeDataString)),
        (2, Gen.Elements(OddSegments)));

    private Gen<string> Query(JsonNode operation)
    {
        var parameters = Parameters(operation, "query").Select(parameter =>
            from roll in Gen.Choose(0, 2)
            from value in Gen.Frequency(
                (10, _values.Of(parameter).Select(Uri.EscapeDataString)),
                (1, OddJson.Numbers.Select(Uri.EscapeDataString)),
                (1, Gen.Elements(OddSegments)))
            from twice in Gen.Choose(0, 30)
            let name = parameter["name"]
            select roll > 0 ? null : twice == 0 ? $"{name}={value}&{name}=" : $"{name}={value}");
        return from all in Gen.CollectToArray(parameters)
               from stray in Gen.Frequency((20, Gen.Constant<string?>(null)), (1, Gen.Elements<string?>("lmit=1", "&&", "=", "%", "a=%FF")))
               let given = all.Append(stray).Where(one => one is not null).ToList()
               select given.Count == 0 ? "" : "?" + string.Join('&', given);
    }

    private static Gen<(string Name, string Value)[]> Headers(JsonNode operation)
    {
        var names = Parameters(operation, "header").ConvertAll(one => one["name"]!.GetValue<string>());
        var isEvent = names.Contains("ce-id");
        return from isBinary in Gen.Choose(0, 4)
               from given in Gen.CollectToArray(names.Where(name => !isEvent || isBinary == 0).Select(Header))
               select given.Where(header => header.Value is not "").ToArray();
    }

    private static Gen<(string Name, string Value)> Header(string name) => (name switch
    {
        "Idempotency-Key" => Gen.Frequency(
            (12, Gen.Choose(0, 5_000).Select(number => $"key-{number}")),
            (1, Gen.Elements("", "a b", new string('k', 255), new string('k', 256), "\u00e9", "\u007f"))),
        "ce-specversion" => Gen.Frequency((12, Gen.Constant("1.0")), (1, Gen.Elements("0.3", "2", "\"1.0\""))),
        "ce-time" => Gen.Frequency((2, Gen.Constant("")), (2, OddJson.Times)),
        "ce-type" => Gen.Elements("api_calls", "seats", "com.example.used", ""),
        "ce-subject" => Gen.Elements("tenant_acme", "lic_1", ""),
        _ => Gen.Frequency(
            (4, Gen.Choose(0, 500).Select(number => $"{name}-{number}")),
            (2, Gen.Elements("", "%", "%zz", "%FF%FE", "%F0%9F%98%80", "\"quoted \\\" text\"", "\"open", "a b", "/a?b#c", new string('s', 3_000))))
    }).Select(value => (name, new string([.. value.Where(letter => letter is >= ' ' and <= '\u00ff')])));

    private Gen<(string? MediaType, string? Coding, byte[]? Bytes, int Blow)> Body(JsonNode operation)
    {
        if (operation["requestBody"]?["content"] is not JsonObject forms)
        {
            return Gen.Frequency(
                (6, Gen.Constant<(string?, string?, byte[]?, int)>((null, null, null, 0))),
                (1, Gen.Constant<(string?, string?, byte[]?, int)>(("application/json", null, "{}"u8.ToArray(), 0))));
        }

        return Gen.OneOf(forms.Select(form =>
            from bytes in Damage.Of(Text(form.Key, form.Value!))
            from coding in Codings
            from blow in Gen.Choose(0, 4_000)
            from media in Gen.Frequency(
                (12, Gen.Constant<string?>(form.Key)),
                (1, Gen.Elements<string?>(
                    null, form.Key + "; charset=utf-8", form.Key + ";charset=utf-16", form.Key.ToUpperInvariant(), "text/plain", "application/json",
                    "application/x-ndjson", "application/cloudevents+json", "application/cloudevents-batch+json", ";", form.Key + ";")))
            select (media, coding, (byte[]?)bytes, blow)));
    }

    private Gen<string> Text(string mediaType, JsonNode form)
    {
        if (mediaType == EventHandlers.NdjsonType)
        {
            // The document says of lines only that they are text. Each is an event, so they are like the events of its example.
            var lines = form["example"]!.GetValue<string>().Split('\n', StringSplitOptions.RemoveEmptyEntries);
            return EventText(_values.Like(document["components"]!["schemas"]![nameof(EventDocument)]!, lines.Select(line => JsonNode.Parse(line)!)));
        }

        var schema = form["schema"]!;
        return form["examples"] is JsonObject several
            ? Gen.OneOf(several.Select(one => _values.Like(SchemaOf(schema, one.Value!["value"]!), one.Value!["value"]!)))
            : _values.Like(schema, form["example"] is { } example ? [example] : []);
    }

    // Of several forms, the one that an example is of.
    private static JsonNode SchemaOf(JsonNode schema, JsonNode example) => schema["anyOf"] is JsonArray forms
        ? forms.First(form => form!["type"]?.GetValue<string>() == "array" == example is JsonArray)!
        : schema;

    private static List<JsonNode> Parameters(JsonNode operation, string place) =>
        [.. (operation["parameters"]?.AsArray() ?? []).Select(one => one!).Where(one => one["in"]!.GetValue<string>() == place)];

    // Compressed as the header says; sometimes damaged or cut off, and now and then far larger than it looks.
    private static byte[]? Packed(byte[]? bytes, string? coding, int blow, bool isBomb)
    {
        if (bytes is null || coding is null)
        {
            return bytes;
        }

        var packed = coding.Split(',').Aggregate(isBomb ? new byte[20_000_000] : bytes, Pack);
        return blow switch
        {
            < 500 => packed[..(blow % (packed.Length + 1))],
            < 1_000 when packed.Length > 0 => [.. packed[..(blow % packed.Length)], (byte)blow, .. packed[(blow % packed.Length)..]],
            < 1_100 => [.. packed, .. Encoding.ASCII.GetBytes("after the end")],
            _ => packed,
        };
    }

    private static byte[] Pack(byte[] bytes, string coding)
    {
        if (coding.Trim().ToLowerInvariant() is not ("gzip" or "x-gzip" or "br"))
        {
            return bytes;
        }

        using var packed = new MemoryStream();
        using (Stream packer = coding.Contains("br", StringComparison.Ordinal)
            ? new BrotliStream(packed, CompressionLevel.Fastest)
            : new GZipStream(packed, CompressionLevel.Fastest))
        {
            packer.Write(bytes);
        }

        return packed.ToArray();
    }
}
