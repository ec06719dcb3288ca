using System.Text.Json.Nodes;
using System.Text.Json.Schema;

namespace Metering.Api;

/// <summary>Schemas of the types that the routes read and write, each once, under its type's name.</summary>
internal sealed class OpenApiSchemas
{
    private const string Root = "#/components/schemas/";

    private readonly FieldDocs _fields = new();
    private readonly HashSet<Type> _bodies = [.. ApiRoutes.All.Select(route => route.Body).OfType<Type>(), typeof(CloudEventDocument)];
    // In the order of names: a new type is then one insertion in the checked-in document, and moves nothing.
    private readonly SortedDictionary<string, JsonNode> _schemas = new(StringComparer.Ordinal);

    // Copies, because a node of JSON can have one parent only.
    public JsonObject ToJson() => new(_schemas.Select(schema => KeyValuePair.Create(schema.Key, (JsonNode?)schema.Value.DeepClone())));

    /// <summary>A reference to a type's schema.</summary>
    public JsonNode Reference(Type type)
    {
        if (type == typeof(object))
        {
            return new JsonObject { ["type"] = "object", ["description"] = "A JSON object." };
        }

        if (type.IsGenericType && type.GetGenericTypeDefinition() == typeof(ListAnswer<>))
        {
            return new JsonObject
            {
                ["type"] = "object",
                ["description"] = "A part of a list.",
                ["required"] = new JsonArray("items", "next_cursor"),
                ["properties"] = new JsonObject
                {
                    ["items"] = new JsonObject
                    {
                        ["type"] = "array", ["description"] = "What is in it.", ["items"] = Reference(type.GetGenericArguments()[0]),
                    },
                    ["next_cursor"] = SchemaParts.Text("Where the next part begins; null at the end.", mayBeNull: true),
                },
            };
        }

        if (type.IsArray)
        {
            return new JsonObject
            {
                ["type"] = "array", ["description"] = "The whole list.", ["items"] = Reference(type.GetElementType()!),
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
            _schemas[name] = jsonApi ? ProblemSchemas.Errors() : ProblemSchemas.Problem();
        }

        return To(name);
    }

    /// <summary>A media type's schema, with an example where there is one.</summary>
    public static JsonObject Content(JsonNode schema, JsonNode? example)
    {
        var content = new JsonObject { ["schema"] = schema };
        if (example is not null)
        {
            content["example"] = example;
        }

        return content;
    }

    private static JsonObject To(string name) => new() { ["$ref"] = Root + name };

    private JsonNode Schema(Type type)
    {
        var info = KeygenJson.Default.GetTypeInfo(type) ?? ApiJson.Default.GetTypeInfo(type) ?? ForeignJson.Default.GetTypeInfo(type)
            ?? (type == typeof(Signal) ? MeteringJson.Default.Signal : null)
            ?? throw new InvalidOperationException($"{type.Name} is in no JSON context.");
        var schema = info.GetJsonSchemaAsNode(new JsonSchemaExporterOptions
        {
            TreatNullObliviousAsNonNullable = true,
            TransformSchemaNode =
                (context, node) => _fields.Describe(
                    context,
                    context.TypeInfo.Type == typeof(Charges) ? ListOf(typeof(TierCharge)) : SchemaParts.Of(context, node),
                    isBody: _bodies.Contains(type)),
        });
        if (type == typeof(UsageAnswer) || type == typeof(UsageReport) || type == typeof(QuotaAnswer))
        {
            RemoveHeaders(schema);
        }

        if (type == typeof(Signal))
        {
            LeaveOut(schema);
        }

        Rebase(schema, type == typeof(QuotaAnswer) ? type.Name + "/allOf/1" : type.Name);
        // The record has only what a quota has besides; it is written as a usage answer with these fields around it.
        return type == typeof(QuotaAnswer)
            ? new JsonObject { ["allOf"] = new JsonArray(Reference(typeof(UsageAnswer)), schema) }
            : schema;
    }

    // Charges have a form of their own, which the exporter can't look into.
    private JsonObject ListOf(Type type) => new() { ["type"] = new JsonArray("array", "null"), ["items"] = Reference(type) };

    // The exporter refers to a part that it has written before from the schema's own root, which is not the document's.
    private static void Rebase(JsonNode? node, string name)
    {
        switch (node)
        {
            case JsonObject parts:
                if (parts["$ref"] is JsonValue reference && !reference.GetValue<string>().StartsWith(Root, StringComparison.Ordinal))
                {
                    parts["$ref"] = $"{Root}{name}{reference.GetValue<string>()[1..]}";
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

    // What the RateLimit headers tell is not in the answer.
    private static void RemoveHeaders(JsonNode schema)
    {
        var properties = schema["properties"];
        var usage = properties?["features"]?["items"] ?? properties?["licenses"]?["items"]?["properties"]?["usage"] ?? schema;
        foreach (var name in (string[])["rate", "room", "endless"])
        {
            (usage["properties"] as JsonObject)?.Remove(name);
        }
    }

    // A message says type and time beside its data, its id in a header, and leaves out what the signal has nothing to say of.
    private static void LeaveOut(JsonNode signal)
    {
        var fields = signal["properties"]!.AsObject();
        foreach (var name in (string[])["type", "at", "id"])
        {
            fields.Remove(name);
        }

        signal["required"] = new JsonArray("license_id", "tenant_id", "sequence");
        foreach (var (_, field) in fields)
        {
            if (field!["type"] is JsonArray { Count: 2 } types)
            {
                field["type"] = types[0]!.DeepClone();
            }

            if (field["enum"] is JsonArray names && names.Remove(null))
            {
                field["enum"] = names.DeepClone();
            }
        }
    }
}
