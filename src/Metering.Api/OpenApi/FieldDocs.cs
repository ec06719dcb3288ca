using System.ComponentModel.DataAnnotations;
using System.Reflection;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Schema;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Metering.Reports;

namespace Metering.Api;

/// <summary>What the document says of types and their fields: read off the code, so that it can't say something else.</summary>
internal sealed class FieldDocs
{
    // Texts that are one of a few, in types that have no room for an attribute of the API.
    private static readonly Dictionary<(Type, string), IEnumerable<string>> Known = new()
    {
        [(typeof(UsageAnswer), nameof(UsageAnswer.Reason))] = Refusals(),
        [(typeof(ValidationAnswer), nameof(ValidationAnswer.Code))] =
            ["valid", RefusalCode.LicenseSuspended, RefusalCode.LicenseExpired, RefusalCode.LicenseNotFound],
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

    private readonly XmlDocs _docs = new(typeof(FieldDocs).Assembly, typeof(UsageAnswer).Assembly, typeof(UsageSummary).Assembly);

    /// <summary>
    /// Adds to a schema what a type's declaration says: words, which fields are required, defaults, the names of an enum.
    /// </summary>
    public JsonNode Describe(JsonSchemaExporterContext context, JsonNode schema, bool isBody)
    {
        if (schema is not JsonObject parts)
        {
            return schema;
        }

        if (context.TypeInfo.Kind == JsonTypeInfoKind.Object && parts["properties"] is JsonObject properties)
        {
            // The exporter takes these from constructors and the serializer's options; the contract says them by attributes.
            parts.Remove("required");
            parts.Remove("additionalProperties");
            var required = context.TypeInfo.Properties.Where(
                property => properties.ContainsKey(property.Name) && IsRequired(property, isBody)).ToList();
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
                // An enum in JSON Schema holds for null as well, though the type allows it.
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

    /// <summary>The names of an enum, as the contract writes them.</summary>
    public static IEnumerable<string> Names(Type type) => Enum.GetNames(type).Select(EnumNames.OfMember);

    private static IEnumerable<string> Refusals() =>
        typeof(RefusalCode).GetFields(BindingFlags.Public | BindingFlags.Static).Where(field => field.IsLiteral).Select(
            field => (string)field.GetRawConstantValue()!);

    private static MemberInfo? Member(JsonPropertyInfo property) => property.AttributeProvider as MemberInfo;
}
