using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using FsCheck;
using FsCheck.Fluent;

namespace Metering.Api.Tests.Fuzz;

/// <summary>JSON made from the schemas of the OpenAPI document: as they say, or with odd values in it.</summary>
internal sealed class SchemaValues(JsonObject document)
{
    private const int MaxDepth = 7;

    private static readonly string[] Words =
    [
        "api_calls", "storage", "seats", "jobs", "pro", "tenant_acme", "USD", "usd", "month", "none", "calendar", "license", "80%", "P1D",
        "feat_api_calls",
        "Europe/Berlin", "", " ", "../..", "https://example.com/hook", "ä", "a/b", "a b", "0 6 * * *",
    ];

    /// <summary>JSON of a schema: as its example with some members changed, or anything that the schema allows, or nearly.</summary>
    /// <param name="schema">The schema.</param>
    /// <param name="examples">Its examples.</param>
    public Gen<string> Like(JsonNode schema, params IEnumerable<JsonNode> examples) => Gen.Frequency(
    [
        .. examples.Select(example => (3, Like(example, schema, isOdd: false))),
        .. examples.Select(example => (2, Like(example, schema, isOdd: true))),
        (2, Of(schema, "", isOdd: false, 0)), (2, Of(schema, "", isOdd: true, 0)),
    ]);

    /// <summary>A value of a parameter, as the query has it.</summary>
    public Gen<string> Of(JsonNode parameter) =>
        Of(parameter["schema"]!, parameter["name"]!.GetValue<string>(), isOdd: false, 0).Select(json => json.Trim('"'));

    /// <summary>A text that fits a name.</summary>
    public static Gen<string> Text(string name) => name switch
    {
        "feature_code" or "metric" or "code" => Gen.Elements("api_calls", "api_calls", "storage", "seats", "jobs", "pro", "none_such"),
        "tenant" or "tenant_id" => Gen.Elements("tenant_acme", "tenant_acme", "nobody"),
        "unit" => Gen.Elements("USD", "credits"),
        "format" => Gen.Elements("csv", "jsonl", "parquet", "json"),
        "interval" or "reset" => Gen.Elements("none", "hour", "day", "week", "month", "year"),
        "from" => Gen.Frequency((1, OddJson.Times), (3, Gen.Elements("2026-10-01", "2026-11-01T00:00:00Z"))),
        "to" => Gen.Frequency((1, OddJson.Times), (3, Gen.Elements("2026-11-20", "2026-11-21T10:00:00Z"))),
        "time" => Gen.OneOf(OddJson.Times, Gen.Elements("2026-11-01T00:00:00Z", "2026-11-21T10:00:00Z", "2026-12-01T00:00:00Z")),
        _ when name.EndsWith("_at", StringComparison.Ordinal) => Text("time"),
        "amount" or "limit" => OddJson.Numbers,
        _ => Gen.Elements(Words),
    };

    private JsonNode Resolved(JsonNode schema)
    {
        while (schema["$ref"] is { } reference)
        {
            schema = reference.GetValue<string>().Split('/').Skip(1).Aggregate(
                (JsonNode)document, (node, part) => node is JsonArray items
                    ? items[int.Parse(part, CultureInfo.InvariantCulture)]!
                    : node[part]!);
        }

        return schema;
    }

    private Gen<string> Like(JsonNode example, JsonNode schema, bool isOdd)
    {
        schema = Resolved(schema);
        if (example is JsonArray items && schema["items"] is { } of)
        {
            return from count in Gen.Choose(0, 4)
                   from all in Gen.ArrayOf(Gen.OneOf(items.Select(item => Like(item!, of, isOdd))), count)
                   select $"[{string.Join(',', all)}]";
        }

        if (example is not JsonObject given || schema["properties"] is not JsonObject properties)
        {
            return Gen.Constant(example.ToJsonString());
        }

        var members = properties.Select(field =>
            from roll in Gen.Choose(0, 19)
            from value in Of(field.Value!, field.Key, isOdd, 1)
            select given.ContainsKey(field.Key) && roll < 15 ? $"\"{field.Key}\":{given[field.Key]?.ToJsonString() ?? "null"}"
                : roll is > 16 and < 19 ? $"\"{field.Key}\":{value}" : null);
        return Members(members);
    }

    private Gen<string> Of(JsonNode schema, string name, bool isOdd, int depth)
    {
        schema = Resolved(schema);
        if (depth > MaxDepth)
        {
            return Gen.Constant("null");
        }

        var proper = schema["anyOf"] is JsonArray forms ? Gen.OneOf(forms.Select(form => Of(form!, name, isOdd, depth + 1)))
            : schema["enum"] is JsonArray names ? Gen.Elements(names.Select(one => one?.ToJsonString() ?? "null"))
            : Gen.Frequency(Types(schema).Select(type => (type == "null" ? 1 : 6, OfType(type, schema, name, isOdd, depth))));
        return isOdd ? Gen.Frequency((11, proper), (1, OddJson.Any)) : proper;
    }

    private static string[] Types(JsonNode schema) => schema["type"] switch
    {
        JsonArray several => [.. several.Select(one => one!.GetValue<string>())],
        { } one => [one.GetValue<string>()],
        _ => [schema["properties"] is null && schema["additionalProperties"] is null ? "string" : "object"],
    };

    private Gen<string> OfType(string type, JsonNode schema, string name, bool isOdd, int depth) => type switch
    {
        "object" => Object(schema, isOdd, depth),
        "array" => from count in Gen.Choose(0, 3)
                   from items in Gen.ArrayOf(Of(schema["items"]!, name, isOdd, depth + 1), count)
                   select $"[{string.Join(',', items)}]",
        "string" when schema["format"]?.GetValue<string>() == "date-time" => Text("time").Select(Quote),
        "string" => Text(name).Select(Quote),
        "number" => Gen.OneOf(Gen.Choose(0, 100).Select(number => $"{number}"), Gen.Elements("0.5", "1e1", "0.000000001", "999999999999999")),
        "integer" => Gen.Choose(-2, 5000).Select(number => $"{number}"),
        "boolean" => Gen.Elements("true", "false"),
        _ => Gen.Constant("null"),
    };

    private Gen<string> Object(JsonNode schema, bool isOdd, int depth)
    {
        var required = (schema["required"]?.AsArray() ?? []).Select(one => one!.GetValue<string>()).ToHashSet();
        var members = (schema["properties"]?.AsObject() ?? []).Select(field =>
            from roll in Gen.Choose(0, 9)
            from value in Of(field.Value!, field.Key, isOdd, depth + 1)
            select roll < (required.Contains(field.Key) ? isOdd ? 9 : 10 : 3) ? $"\"{field.Key}\":{value}" : null);
        return Members(members);
    }

    private static Gen<string> Members(IEnumerable<Gen<string?>> members) =>
        Gen.CollectToArray(members).Select(all => $"{{{string.Join(',', all.Where(member => member is not null))}}}");

    private static string Quote(string text) => JsonSerializer.Serialize(text);
}
