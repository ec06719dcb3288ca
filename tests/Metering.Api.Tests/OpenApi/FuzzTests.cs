using System.Globalization;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using Metering.Api.Tests.Memory;

namespace Metering.Api.Tests.OpenApi;

/// <summary>Whatever is sent, made from the OpenAPI document and from what is no value of it, the service never fails.</summary>
public sealed class FuzzTests
{
    private const int Rounds = 15;

    private static readonly string[] Words =
    [
        "api_calls", "storage", "seats", "jobs", "pro", "tenant_acme", "USD", "usd", "month", "none", "calendar", "license", "80%", "P1D",
        "feat_api_calls",
        "2026-11-21T10:00:00Z", "0001-01-01T00:00:00Z", "9999-12-31T23:59:59.9999999Z", "2026-11-21T10:00:00+14:00", "Europe/Berlin", "",
        " ", "../..",
    ];

    private static readonly string[] Odd =
    [
        "\"\\ud800\"", "\"\\u0000\"", "\"\\ud83d\\ude00\"", "\"a\\udc00b\"", "null", "true", "[]", "{}", "[[[[]]]]",
        "{\"a\":{\"a\":{\"a\":[{}]}}}", "-1", "0", "1e400", "-1e-400",
        "999999999999999", "1e15", "0.1234567891", "2147483648", "9223372036854775808", "\"NaN\"", "\"9999999999999999999%\"", "\"1e3%\"",
        "\"P99999999999Y\"", "\"-P1D\"",
        "{\"interval\":\"month\",\"anchor\":\"9000-01-01T00:00:00Z\"}", "{\"interval\":5}", "{\"\\ud800\":1}", "{\"a\":1,\"a\":2}", "\""
            + "x\\u00e4" + "\"", "[null]", "[1,\"\\ud800\"]",
    ];

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task Nothing_makes_it_fail(int seed)
    {
        var random = new Random(seed);
        var (host, id, key) = await MemoryHost.WithLicenseAsync();
        await using var _1 = host;
        var document = OpenApiDocument.Build();
        var failures = new List<string>();
        for (var round = 0; round < Rounds; round++)
        {
            foreach (var (path, operations) in document["paths"]!.AsObject())
            {
                foreach (var (method, operation) in operations!.AsObject())
                {
                    await SendAsync(host, random, document, id, key, path, method, operation!, failures);
                }
            }
        }

        Assert.True(failures.Count == 0, string.Join("\n\n", failures.Take(10)));
    }

    private static async Task SendAsync(
        MemoryHost host, Random random, JsonObject document, string id, string key, string path, string method, JsonNode operation,
        List<string> failures)
    {
        // The license goes on living, so that the rest has something to act on.
        if (method == "delete" && path == "/api/v1/licenses/{id}")
        {
            return;
        }

        var target = string.Join('/', path.Split('/').Select(part => part.StartsWith('{') ? Segment(random, id) : part))
            + Query(random, operation);
        using var request = new HttpRequestMessage(new HttpMethod(method.ToUpperInvariant()), target);
        var own = path.Contains("/license/", StringComparison.Ordinal);
        request.Headers.TryAddWithoutValidation("Authorization", own ? "License " + key : "Bearer " + MemoryHost.OperatorToken);
        request.Headers.TryAddWithoutValidation("Idempotency-Key", "key-" + random.Next(1000).ToString(CultureInfo.InvariantCulture));
        var sent = "";
        if (operation["requestBody"]?["content"] is JsonObject forms)
        {
            var (mediaType, form) = forms.ElementAt(random.Next(forms.Count));
            sent = Json(random, document, form!["schema"]!, depth: 0);
            if (random.Next(20) == 0)
            {
                sent = sent[..random.Next(sent.Length + 1)];
            }

            request.Content = new ByteArrayContent(Encoding.UTF8.GetBytes(sent))
            {
                Headers = { ContentType = new MediaTypeHeaderValue(mediaType) },
            };
        }

        using var response = await host.Client.SendAsync(request);
        if ((int)response.StatusCode >= 500)
        {
            failures.Add($"{request.Method} {target} {sent}\n{(int)response.StatusCode} {await response.Content.ReadAsStringAsync()}");
        }
    }

    private static string Segment(Random random, string id) => random.Next(3) switch
    {
        0 => id,
        1 => Uri.EscapeDataString(Words[random.Next(Words.Length - 3)]),
        _ => new[] { "%25", "%252F", "%2F", "%ED%A0%80", "%FF", "lic_1", "%F0%9F%98%80", new string('x', 300) }[random.Next(8)],
    };

    private static string Query(Random random, JsonNode operation)
    {
        var given = (operation["parameters"]?.AsArray() ?? [])
            .Where(one => one!["in"]!.GetValue<string>() == "query" && random.Next(3) == 0)
            .Select(one => $"{one!["name"]}={(random.Next(2) == 0 ? Uri.EscapeDataString(Words[random.Next(Words.Length)]) : random.Next(-5, 2000).ToString(CultureInfo.InvariantCulture))}").ToList();
        return given.Count == 0 ? "" : "?" + string.Join('&', given);
    }

    private static string Json(Random random, JsonObject document, JsonNode schema, int depth)
    {
        if (random.Next(12) == 0 || depth > 6)
        {
            return Odd[random.Next(Odd.Length)];
        }

        while (schema["$ref"] is { } reference)
        {
            schema = reference.GetValue<string>().Split('/').Skip(1).Aggregate(
                (JsonNode)document, (node, part) => node is JsonArray items ? items[int.Parse(part, CultureInfo.InvariantCulture)]!
                    : node[part]!);
        }

        if (schema["anyOf"] is JsonArray forms)
        {
            return Json(random, document, forms[random.Next(forms.Count)]!, depth + 1);
        }

        if (schema["enum"] is JsonArray names && random.Next(4) != 0)
        {
            return names[random.Next(names.Count)]?.ToJsonString() ?? "null";
        }

        var types = schema["type"] switch
        {
            JsonArray several => [.. several.Select(one => one!.GetValue<string>())],
            { } one => new[] { one.GetValue<string>() },
            _ => ["object"],
        };
        return types[random.Next(types.Length)] switch
        {
            "object" => Object(random, document, schema, depth),
            "array" =>
                $"[{string.Join(',', Enumerable.Range(0, random.Next(4)).Select(_ => Json(random, document, schema["items"]!, depth + 1)))}]",
            "string" => $"\"{Words[random.Next(Words.Length)]}\"",
            "number" => random.Next(2) == 0 ? random.Next(0, 100).ToString(CultureInfo.InvariantCulture) : "0.5",
            "integer" => random.Next(-2, 5000).ToString(CultureInfo.InvariantCulture),
            "boolean" => random.Next(2) == 0 ? "true" : "false",
            _ => "null",
        };
    }

    private static string Object(Random random, JsonObject document, JsonNode schema, int depth)
    {
        var required = (schema["required"]?.AsArray() ?? []).Select(one => one!.GetValue<string>()).ToHashSet();
        var fields = (schema["properties"]?.AsObject() ?? []).Where(field => random.Next(10) < (required.Contains(field.Key) ? 9 : 4))
            .Select(field => $"\"{field.Key}\":{Json(random, document, field.Value!, depth + 1)}");
        return "{" + string.Join(',', fields) + "}";
    }
}
