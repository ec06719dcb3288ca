using System.ComponentModel.DataAnnotations;
using System.Reflection;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Schema;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace Metering.Api;

/// <summary>Schemas of the types that the routes read and write, each once, under its type's name.</summary>
internal sealed class OpenApiSchemas
{
    // Texts that are one of a few, in types that have no room for an attribute of the API.
    private static readonly Dictionary<(Type, string), IEnumerable<string>> Known = new()
    {
        [(typeof(UsageAnswer), nameof(UsageAnswer.Reason))] = Refusals(),
        [(typeof(ValidationAnswer), nameof(ValidationAnswer.Code))] = ["valid", RefusalCode.LicenseSuspended, RefusalCode.LicenseExpired, RefusalCode.LicenseNotFound],
        [(typeof(CatalogItem), nameof(CatalogItem.Type))] = ["feature", "plan"],
        [(typeof(HealthAnswer), nameof(HealthAnswer.Status))] = ["live", "ready"],
        [(typeof(DeliveryAnswer), nameof(DeliveryAnswer.Type))] = [.. Names(typeof(SignalType)), "test"],
        [(typeof(KeygenLicense), nameof(KeygenLicense.Type))] = ["licenses"],
        [(typeof(CloudEventDocument), nameof(CloudEventDocument.Specversion))] = ["1.0"],
        [(typeof(PublicKey), nameof(PublicKey.Kty))] = ["EC"],
        [(typeof(PublicKey), nameof(PublicKey.Crv))] = ["P-256"],
        [(typeof(PublicKey), nameof(PublicKey.Alg))] = ["ES256"],
        [(typeof(PublicKey), nameof(PublicKey.Use))] = ["sig"],
    };

    private readonly XmlDocs _docs = new(typeof(OpenApiSchemas).Assembly, typeof(UsageAnswer).Assembly);
    private readonly HashSet<Type> _bodies = [.. ApiRoutes.All.Select(route => route.Body).OfType<Type>(), typeof(CloudEventDocument)];
    private readonly SortedDictionary<string, JsonNode> _schemas = new(StringComparer.Ordinal);

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
                    ["items"] = new JsonObject { ["type"] = "array", ["description"] = "What is in it.", ["items"] = Reference(type.GetGenericArguments()[0]) },
                    ["next_cursor"] = new JsonObject { ["type"] = new JsonArray("string", "null"), ["description"] = "Where the next part begins; null at the end." },
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

    private static JsonObject To(string name) => new() { ["$ref"] = "#/components/schemas/" + name };

    private JsonNode Schema(Type type)
    {
        var info = KeygenJson.Default.GetTypeInfo(type) ?? ApiJson.Default.GetTypeInfo(type) ?? ForeignJson.Default.GetTypeInfo(type)
            ?? throw new InvalidOperationException($"{type.Name} is in no JSON context.");
        var schema = info.GetJsonSchemaAsNode(new JsonSchemaExporterOptions
        {
            TreatNullObliviousAsNonNullable = true,
            TransformSchemaNode = (context, node) => Describe(context, Transform(context, node), isBody: _bodies.Contains(type)),
        });
        if (type == typeof(UsageAnswer) || type == typeof(UsageReport))
        {
            RemoveHeaders(schema);
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

    // What the RateLimit headers tell is not in the answer.
    private static void RemoveHeaders(JsonNode schema)
    {
        var usage = schema["properties"]?["features"]?["items"] ?? schema;
        foreach (var name in (string[])["rate", "room", "endless"])
        {
            (usage["properties"] as JsonObject)?.Remove(name);
        }
    }

    private static JsonNode Transform(JsonSchemaExporterContext context, JsonNode schema)
    {
        var type = Nullable.GetUnderlyingType(context.TypeInfo.Type) ?? context.TypeInfo.Type;
        var mayBeNull = type != context.TypeInfo.Type;
        return type switch
        {
            _ when type == typeof(decimal) => Simple("number", null, mayBeNull),
            _ when type == typeof(DateTimeOffset) => Simple("string", "date-time", mayBeNull),
            _ when type == typeof(OptionalTime) => Simple("string", "date-time", true),
            _ when type == typeof(Threshold) => new JsonObject { ["type"] = new JsonArray("number", "string", "null") },
            _ when type == typeof(ResetDocument) => Reset(),
            _ when type == typeof(JsonElement) => new JsonObject { ["type"] = new JsonArray("object", "null"), ["additionalProperties"] = true },
            _ => schema,
        };
    }

    private JsonNode Describe(JsonSchemaExporterContext context, JsonNode schema, bool isBody)
    {
        if (schema is not JsonObject parts)
        {
            return schema;
        }

        if (context.TypeInfo.Kind == JsonTypeInfoKind.Object && parts["properties"] is JsonObject properties)
        {
            parts.Remove("required");
            parts.Remove("additionalProperties");
            var required = context.TypeInfo.Properties.Where(property => properties.ContainsKey(property.Name) && IsRequired(property, isBody)).ToList();
            if (required.Count > 0)
            {
                parts["required"] = new JsonArray([.. required.Select(property => (JsonNode)property.Name)]);
            }

            // What an answer has may grow; what a body has may not, as fields that are not known are refused.
            if (isBody && context.TypeInfo.Options.UnmappedMemberHandling == JsonUnmappedMemberHandling.Disallow)
            {
                parts["additionalProperties"] = false;
            }
        }

        if (context.PropertyInfo is { } own && context.Path.Length >= 2 && context.Path[^2] == "properties")
        {
            DescribeField(own, parts);
        }
        else if (_docs.Of(context.TypeInfo.Type) is { } text)
        {
            parts["description"] = text;
        }

        return parts;
    }

    private void DescribeField(JsonPropertyInfo property, JsonObject parts)
    {
        var member = Member(property);
        if (member is not null && _docs.Of(member) is { } text)
        {
            parts["description"] = text;
        }

        if (RequestForm.DefaultOf(property) is { } value)
        {
            parts["default"] = JsonSerializer.SerializeToNode(value);
        }

        if (member is not null && NamesFor(member) is { } names)
        {
            var target = parts["items"] as JsonObject ?? parts;
            var values = new JsonArray([.. names.Select(name => (JsonNode)name)]);
            if (target["type"] is JsonArray)
            {
                values.Add(null);
            }

            target["enum"] = values;
        }
    }

    // A body's fields are required where they say so; an answer has all its fields but those that are left out when they are null.
    private static bool IsRequired(JsonPropertyInfo property, bool isBody)
    {
        var member = Member(property);
        return isBody
            ? member?.GetCustomAttribute<RequiredAttribute>() is not null
            : member?.GetCustomAttribute<JsonIgnoreAttribute>() is null;
    }

    private static IEnumerable<string>? NamesFor(MemberInfo member) =>
        member.GetCustomAttribute<NamesOfAttribute>() is { } names ? Names(names.Names)
        : member.GetCustomAttribute<AllowedValuesAttribute>() is { } allowed ? allowed.Values.OfType<string>()
        : Known.GetValueOrDefault((member.DeclaringType!, member.Name));

    private static IEnumerable<string> Names(Type type) => Enum.GetNames(type).Select(EnumNames.OfMember);

    private static IEnumerable<string> Refusals() =>
        typeof(RefusalCode).GetFields(BindingFlags.Public | BindingFlags.Static).Where(field => field.IsLiteral).Select(field => (string)field.GetRawConstantValue()!);

    private static MemberInfo? Member(JsonPropertyInfo property) => property.AttributeProvider as MemberInfo;

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
                    ["anchor"] = Text("What the periods are counted from: `license` (its creation or anchor; the default), `calendar`, or an RFC 3339 time.", true),
                    ["time_zone"] = Text("IANA time zone; the license's where it is absent.", true),
                },
            },
            new JsonObject { ["type"] = "null", ["description"] = "Never." }),
    };

    private static JsonObject Intervals(string description) => new()
    {
        ["type"] = "string", ["description"] = description, ["enum"] = new JsonArray([.. Names(typeof(Interval)).Select(name => (JsonNode)name)]),
    };

    private static JsonObject Text(string description, bool mayBeNull = false, string type = "string", string? format = null)
    {
        var schema = Simple(type, format, mayBeNull);
        schema["description"] = description;
        return schema;
    }

    private static JsonObject Problem() => new()
    {
        ["type"] = "object",
        ["description"] = "A problem document (RFC 9457). The refusal of a use has the usage answer's fields too.",
        ["required"] = new JsonArray("type", "title", "status", "detail", "code"),
        ["properties"] = new JsonObject
        {
            ["type"] = Text("The code as a URI.", format: "uri"),
            ["title"] = Text("What is wrong, the same for every problem with this code."),
            ["status"] = Text("The HTTP status.", type: "integer"),
            ["detail"] = Text("What is wrong here, and what to do."),
            ["code"] = new JsonObject
            {
                ["type"] = "string",
                ["description"] = "What is wrong, for programs.",
                ["enum"] = new JsonArray([.. ProblemCode.All.Order(StringComparer.Ordinal).Select(code => (JsonNode)code)]),
            },
            ["errors"] = new JsonObject
            {
                ["type"] = "array",
                ["description"] = "The fields at fault.",
                ["items"] = new JsonObject
                {
                    ["type"] = "object",
                    ["description"] = "A field at fault.",
                    ["required"] = new JsonArray("pointer", "detail"),
                    ["properties"] = new JsonObject
                    {
                        ["pointer"] = Text("The field of the body, or the query or path parameter, as a JSON pointer."),
                        ["detail"] = Text("What is wrong with it."),
                    },
                },
            },
            ["total_cores"] = Text("Of a machine that is refused: cores of all machines, this one included.", type: "number"),
            ["max_cores"] = Text("Of a machine that is refused: the license's limit.", type: "number"),
            ["cores"] = Text("Of a machine that is refused: its cores.", type: "number"),
            ["event_id"] = Text("Of an event that is refused: its id."),
        },
    };

    private static JsonObject Errors() => new()
    {
        ["type"] = "object",
        ["description"] = "JSON:API errors.",
        ["required"] = new JsonArray("errors"),
        ["properties"] = new JsonObject
        {
            ["errors"] = new JsonObject
            {
                ["type"] = "array",
                ["description"] = "What is wrong.",
                ["items"] = new JsonObject
                {
                    ["type"] = "object",
                    ["description"] = "An error.",
                    ["required"] = new JsonArray("status", "title", "detail", "code"),
                    ["properties"] = new JsonObject
                    {
                        ["status"] = Text("The HTTP status, as text."),
                        ["title"] = Text("What is wrong, the same for every error with this code."),
                        ["detail"] = Text("What is wrong here."),
                        ["code"] = Text("What is wrong, for programs; such as `LICENSE_USAGE_LIMIT_EXCEEDED`."),
                        ["source"] = new JsonObject
                        {
                            ["type"] = "object",
                            ["description"] = "Where it is wrong.",
                            ["properties"] = new JsonObject { ["pointer"] = Text("The field, as a JSON pointer.") },
                        },
                    },
                },
            },
        },
    };
}
