using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;

namespace Metering.Api.Tests.OpenApi;

/// <summary>The OpenAPI document is complete: it is the list of what a body may say.</summary>
public sealed class DocumentTests
{
    private static readonly JsonObject Document = OpenApiDocument.Build();

    public static TheoryData<Type> Bodies =>
        [.. ApiRoutes.All.Select(route => route.Body).OfType<Type>().Append(typeof(CloudEventDocument)).Distinct()];

    [Theory]
    [MemberData(nameof(Bodies))]
    public void A_bodys_schema_has_the_fields_that_its_reader_takes_and_no_others(Type body)
    {
        JsonTypeInfo type = ApiJson.Default.GetTypeInfo(body) ?? ForeignJson.Default.GetTypeInfo(body)!;

        Same(type, Schema(body.Name), body.Name);
    }

    [Theory]
    [MemberData(nameof(Bodies))]
    public void A_bodys_example_can_be_read(Type body)
    {
        JsonTypeInfo type = ApiJson.Default.GetTypeInfo(body) ?? ForeignJson.Default.GetTypeInfo(body)!;
        var example = OpenApiExamples.Of(body);

        Assert.NotNull(example);
        Assert.NotNull(JsonSerializer.Deserialize(example.ToJsonString(), type));
    }

    [Fact]
    public void Every_field_is_described()
    {
        var missing = new List<string>();
        foreach (var (name, schema) in Document["components"]!["schemas"]!.AsObject())
        {
            Described(schema!, name, missing);
        }

        Assert.Empty(missing);
    }

    [Theory]
    [InlineData("UseRequest", "feature_code")]
    [InlineData("LeaseRequest", "feature_code", "amount", "ttl_seconds", "fingerprint")]
    [InlineData("PlanDocument", "id")]
    [InlineData("LicenseRequest", "tenant_id")]
    [InlineData("GrantRequest", "feature_code", "amount")]
    [InlineData("EventDocument", "metric")]
    [InlineData("CloudEventDocument", "specversion", "id", "source", "type")]
    public void A_schema_says_what_is_required(string schema, params string[] required) =>
        Assert.Equal(required.Order(), Schema(schema)["required"]!.AsArray().Select(name => name!.GetValue<string>()).Order());

    [Theory]
    [InlineData("FeatureDocument", "metric", "up_down")]
    [InlineData("FeatureDocument", "kind", "boolean")]
    [InlineData("GrantRequest", "recurrence", "month")]
    [InlineData("UsageAnswer", "level", "over_usage")]
    [InlineData("UsageAnswer", "policy", "suspend_usage")]
    [InlineData("UsageAnswer", "reason", "quota_exceeded")]
    [InlineData("LedgerEntry", "kind", "consumed")]
    [InlineData("LicenseView", "status", "suspended")]
    [InlineData("Migration", "status", "running")]
    public void A_schema_lists_the_names_of_an_enum(string schema, string field, string name)
    {
        var listed = Schema(schema)["properties"]![field]!["enum"]!.AsArray();

        Assert.Contains(listed, one => one?.GetValue<string>() == name);
    }

    [Fact]
    public void Events_come_in_every_form()
    {
        foreach (var path in new[] { "/api/events", "/api/v1/events" })
        {
            var post = Document["paths"]![path]!["post"]!;
            Assert.Equal(
                ["application/cloudevents+json", "application/cloudevents-batch+json", "application/json", "application/x-ndjson"],
                post["requestBody"]!["content"]!.AsObject().Select(form => form.Key).Order(StringComparer.OrdinalIgnoreCase));
            Assert.Contains(post["parameters"]!.AsArray(), parameter => parameter!["name"]!.GetValue<string>() == "ce-specversion");
        }
    }

    private static JsonNode Schema(string name) => Document["components"]!["schemas"]![name]!;

    private static void Same(JsonTypeInfo type, JsonNode schema, string at)
    {
        schema = Followed(schema);
        if (type.Kind == JsonTypeInfoKind.Enumerable && schema["items"] is { } items)
        {
            Same(type.Options.GetTypeInfo(type.ElementType!), items, at + "[]");
        }
        else if (type.Kind == JsonTypeInfoKind.Object)
        {
            var fields = schema["properties"]?.AsObject() ?? [];
            Assert.True(
                type.Properties.Select(property => property.Name).Order().SequenceEqual(fields.Select(field => field.Key).Order()), at);
            foreach (var property in type.Properties)
            {
                Same(type.Options.GetTypeInfo(property.PropertyType), fields[property.Name]!, $"{at}.{property.Name}");
            }
        }
    }

    private static void Described(JsonNode schema, string at, List<string> missing)
    {
        if (schema["$ref"] is null && schema["allOf"] is null && string.IsNullOrWhiteSpace(schema["description"]?.GetValue<string>()))
        {
            missing.Add(at);
        }

        foreach (var (name, field) in schema["properties"]?.AsObject() ?? [])
        {
            if (string.IsNullOrWhiteSpace(field!["description"]?.GetValue<string>()))
            {
                missing.Add($"{at}.{name}");
            }

            Described(field, $"{at}.{name}", missing);
        }

        if (schema["items"] is JsonObject { } items && items["properties"] is not null)
        {
            Described(items, at + "[]", missing);
        }

        foreach (var part in schema["allOf"]?.AsArray() ?? [])
        {
            Described(part!, at, missing);
        }
    }

    private static JsonNode Followed(JsonNode schema)
    {
        if (schema["$ref"] is not { } reference)
        {
            return schema;
        }

        JsonNode found = Document;
        foreach (var part in reference.GetValue<string>().Split('/').Skip(1))
        {
            found = found is JsonArray items ? items[int.Parse(part, System.Globalization.CultureInfo.InvariantCulture)]! : found[part]!;
        }

        return Followed(found);
    }
}
