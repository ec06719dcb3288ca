using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Schema;
using System.Text.Json.Serialization;

namespace Metering.Api;

/// <summary>Schemas of values that are written in a form of their own: amounts, times, thresholds, resets.</summary>
internal static class SchemaParts
{
    /// <summary>A value's schema as the contract has it, in place of the one that its type alone gives.</summary>
    public static JsonNode Of(JsonSchemaExporterContext context, JsonNode schema)
    {
        var type = Nullable.GetUnderlyingType(context.TypeInfo.Type) ?? context.TypeInfo.Type;
        var mayBeNull = type != context.TypeInfo.Type;
        return type switch
        {
            _ when type == typeof(decimal) => Simple("number", null, mayBeNull),
            _ when IsTimeOrDay(context) => TimeOrDay(mayBeNull),
            _ when type == typeof(DateTimeOffset) => Simple("string", "date-time", mayBeNull),
            _ when type == typeof(OptionalTime) => Simple("string", "date-time", true),
            _ when type == typeof(OptionalText) => Simple("string", null, true),
            _ when type == typeof(Threshold) => new JsonObject { ["type"] = new JsonArray("number", "string", "null") },
            _ when type == typeof(ResetDocument) => Reset(),
            _ when type == typeof(JsonElement) =>
                new JsonObject { ["type"] = new JsonArray("object", "null"), ["additionalProperties"] = true },
            _ => schema,
        };
    }

    public static JsonObject Simple(string type, string? format, bool mayBeNull)
    {
        var schema = new JsonObject { ["type"] = mayBeNull ? new JsonArray(type, "null") : type };
        if (format is not null)
        {
            schema["format"] = format;
        }

        return schema;
    }

    /// <summary>A time, or a day that stands for its beginning.</summary>
    public static JsonObject TimeOrDay(bool mayBeNull)
    {
        var schema = Simple("string", null, mayBeNull);
        schema["anyOf"] = new JsonArray(new JsonObject { ["format"] = "date-time" }, new JsonObject { ["format"] = "date" });
        return schema;
    }

    private static bool IsTimeOrDay(JsonSchemaExporterContext context) =>
        context.PropertyInfo?.AttributeProvider?.GetCustomAttributes(typeof(JsonConverterAttribute), inherit: false)
            .Any(attribute => ((JsonConverterAttribute)attribute).ConverterType == typeof(TimeOrDayJsonConverter)) ?? false;

    private static JsonObject Reset() => new()
    {
        ["anyOf"] = new JsonArray(
            Intervals("The interval's name alone."),
            new JsonObject
            {
                ["type"] = "object",
                ["description"] = "The interval, with what its periods are counted from.",
                ["required"] = new JsonArray("interval"),
                ["additionalProperties"] = false,
                ["properties"] = new JsonObject
                {
                    ["interval"] = Intervals("The interval."),
                    ["anchor"] = Text(
                        "What the periods are counted from: `license` (its creation or anchor; the default), `calendar`, "
                        + "or an RFC 3339 time.",
                        mayBeNull: true),
                    ["time_zone"] = Text("IANA time zone; the license's where it is absent.", true),
                },
            },
            new JsonObject { ["type"] = "null", ["description"] = "Never." }),
    };

    private static JsonObject Intervals(string description) => new()
    {
        ["type"] = "string",
        ["description"] = description,
        ["enum"] = new JsonArray([.. FieldDocs.Names(typeof(Interval)).Select(name => (JsonNode)name)]),
    };

    public static JsonObject Text(string description, bool mayBeNull = false, string type = "string", string? format = null)
    {
        var schema = Simple(type, format, mayBeNull);
        schema["description"] = description;
        return schema;
    }
}
