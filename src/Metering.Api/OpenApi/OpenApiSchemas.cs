using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Schema;
using System.Text.Json.Serialization.Metadata;

namespace Metering.Api;

/// <summary>Schemas of the types that the routes read and write, each once, under its type's name.</summary>
internal sealed class OpenApiSchemas
{
    private static readonly JsonSchemaExporterOptions ExporterOptions = new()
    {
        TreatNullObliviousAsNonNullable = true,
        TransformSchemaNode = Transform,
    };

    private readonly SortedDictionary<string, JsonNode> _schemas = new(StringComparer.Ordinal);

    public JsonObject ToJson() => new(_schemas.Select(schema => KeyValuePair.Create(schema.Key, (JsonNode?)schema.Value.DeepClone())));

    /// <summary>A reference to a type's schema.</summary>
    public JsonNode Reference(Type type)
    {
        if (type == typeof(object))
        {
            return new JsonObject { ["type"] = "object" };
        }

        if (type.IsGenericType && type.GetGenericTypeDefinition() == typeof(ListAnswer<>))
        {
            return new JsonObject
            {
                ["type"] = "object",
                ["properties"] = new JsonObject
                {
                    ["items"] = new JsonObject { ["type"] = "array", ["items"] = Reference(type.GetGenericArguments()[0]) },
                    ["next_cursor"] = new JsonObject { ["type"] = new JsonArray("string", "null") },
                },
            };
        }

        if (!_schemas.ContainsKey(type.Name))
        {
            _schemas[type.Name] = Schema(type);
        }

        return To(type.Name);
    }

    /// <summary>A reference to the schema of problem documents, or of JSON:API's errors.</summary>
    public JsonNode Problem(bool jsonApi)
    {
        var name = jsonApi ? "Errors" : "Problem";
        if (!_schemas.ContainsKey(name))
        {
            _schemas[name] = jsonApi ? Errors() : Problem();
        }

        return To(name);
    }

    private static JsonObject To(string name) => new() { ["$ref"] = "#/components/schemas/" + name };

    private JsonNode Schema(Type type)
    {
        var info = KeygenJson.Default.GetTypeInfo(type) ?? ApiJson.Default.GetTypeInfo(type) ?? ForeignJson.Default.GetTypeInfo(type)
            ?? throw new InvalidOperationException($"{type.Name} is in no JSON context.");
        var schema = info.GetJsonSchemaAsNode(ExporterOptions);
        if (type == typeof(UsageAnswer) || type == typeof(UsageReport))
        {
            RemoveRate(schema);
        }

        Rebase(schema, type == typeof(QuotaAnswer) ? type.Name + "/allOf/1" : type.Name);
        return type == typeof(QuotaAnswer)
            ? new JsonObject { ["allOf"] = new JsonArray(Reference(typeof(UsageAnswer)), schema) }
            : schema;
    }

    // The exporter refers to a part that it has written before from the schema's own root, which is not the document's.
    private static void Rebase(JsonNode? node, string name)
    {
        switch (node)
        {
            case JsonObject parts:
                if (parts["$ref"] is JsonValue reference)
                {
                    parts["$ref"] = $"#/components/schemas/{name}{reference.GetValue<string>()[1..]}";
                }

                foreach (var part in parts)
                {
                    Rebase(part.Value, name);
                }

                break;
            case JsonArray items:
                foreach (var item in items)
                {
                    Rebase(item, name);
                }

                break;
        }
    }

    // The rate is told by the RateLimit headers, not in the answer.
    private static void RemoveRate(JsonNode schema)
    {
        var usage = schema["properties"]?["features"]?["items"] ?? schema;
        (usage["properties"] as JsonObject)?.Remove("rate");
    }

    private static JsonNode Transform(JsonSchemaExporterContext context, JsonNode schema)
    {
        var type = Nullable.GetUnderlyingType(context.TypeInfo.Type) ?? context.TypeInfo.Type;
        var mayBeNull = type != context.TypeInfo.Type;
        if (type == typeof(decimal))
        {
            return Simple("number", null, mayBeNull);
        }

        if (type == typeof(DateTimeOffset))
        {
            return Simple("string", "date-time", mayBeNull);
        }

        if (type == typeof(Threshold))
        {
            return new JsonObject { ["type"] = new JsonArray("number", "string"), ["description"] = "An amount such as 800, or a percentage such as \"80%\"." };
        }

        if (type == typeof(ResetDocument))
        {
            return Reset();
        }

        return type == typeof(JsonElement) ? new JsonObject { ["description"] = "A JSON object." } : schema;
    }

    private static JsonObject Simple(string type, string? format, bool mayBeNull)
    {
        var schema = new JsonObject { ["type"] = mayBeNull ? new JsonArray(type, "null") : type };
        if (format is not null)
        {
            schema["format"] = format;
        }

        return schema;
    }

    private static JsonObject Reset() => new()
    {
        ["oneOf"] = new JsonArray(
            new JsonObject { ["type"] = "string", ["enum"] = new JsonArray([.. Enum.GetValues<Interval>().Select(value => (JsonNode)EnumNames<Interval>.Of(value))]) },
            new JsonObject
            {
                ["type"] = "object",
                ["properties"] = new JsonObject
                {
                    ["interval"] = Simple("string", null, false),
                    ["anchor"] = new JsonObject { ["type"] = "string", ["description"] = "license, calendar, or a time." },
                    ["time_zone"] = Simple("string", null, false),
                },
            }),
    };

    private static JsonObject Problem() => new()
    {
        ["type"] = "object",
        ["description"] = "A problem document (RFC 9457). The refusal of a use has the usage answer's fields too.",
        ["required"] = new JsonArray("type", "title", "status", "detail", "code"),
        ["properties"] = new JsonObject
        {
            ["type"] = Simple("string", "uri", false),
            ["title"] = Simple("string", null, false),
            ["status"] = Simple("integer", null, false),
            ["detail"] = Simple("string", null, false),
            ["code"] = new JsonObject
            {
                ["type"] = "string",
                ["enum"] = new JsonArray([.. ProblemCode.All.Order(StringComparer.Ordinal).Select(code => (JsonNode)code)]),
            },
            ["errors"] = new JsonObject
            {
                ["type"] = "array",
                ["items"] = new JsonObject
                {
                    ["type"] = "object",
                    ["properties"] = new JsonObject { ["pointer"] = Simple("string", "json-pointer", false), ["detail"] = Simple("string", null, false) },
                },
            },
            ["total_cores"] = Simple("number", null, false),
            ["max_cores"] = Simple("number", null, false),
            ["cores"] = Simple("number", null, false),
            ["event_id"] = Simple("string", null, false),
        },
    };

    private static JsonObject Errors() => new()
    {
        ["type"] = "object",
        ["properties"] = new JsonObject
        {
            ["errors"] = new JsonObject
            {
                ["type"] = "array",
                ["items"] = new JsonObject
                {
                    ["type"] = "object",
                    ["properties"] = new JsonObject
                    {
                        ["status"] = Simple("string", null, false),
                        ["title"] = Simple("string", null, false),
                        ["detail"] = Simple("string", null, false),
                        ["code"] = Simple("string", null, false),
                        ["source"] = new JsonObject { ["type"] = "object", ["properties"] = new JsonObject { ["pointer"] = Simple("string", null, false) } },
                    },
                },
            },
        },
    };
}
