using System.Text.Json.Nodes;

namespace Metering.Api;

/// <summary>The forms in which events come in, as the OpenAPI document has them.</summary>
internal static class OpenApiEvents
{
    /// <summary>The headers of a CloudEvent in the binary form.</summary>
    public static readonly IReadOnlyList<(string Name, string Description)> Headers =
    [
        ("ce-specversion", "A CloudEvent in the binary form: `1.0`. Its data is the body, which may be empty."),
        ("ce-id", "The CloudEvent's id at its source."),
        ("ce-source", "The CloudEvent's source. Source and id together count once."),
        ("ce-type", "The CloudEvent's type: the metric, where the data does not name one."),
        ("ce-subject", "The CloudEvent's subject: the tenant, or the license."),
        ("ce-time", "When the CloudEvent happened."),
    ];

    /// <summary>The body in each form that it may have.</summary>
    public static JsonObject Body(OpenApiSchemas schemas) => new()
    {
        ["description"] = "Usage events: one, an array, one a line, or CloudEvents 1.0 (binary, structured or batched).",
        ["content"] = new JsonObject
        {
            [JsonReply.JsonType] = new JsonObject
            {
                ["schema"] = new JsonObject
                {
                    ["description"] =
                        "An event or an array of events. With the header `ce-specversion`: the data of a CloudEvent in the binary form.",
                    ["anyOf"] = new JsonArray(
                        Event(schemas),
                        Many(Event(schemas), "Events."),
                        new JsonObject { ["type"] = "object", ["description"] = "A CloudEvent's data.", ["additionalProperties"] = true }),
                },
                ["examples"] = new JsonObject
                {
                    ["one"] = Example("One event.", OpenApiExamples.Of(typeof(EventDocument))!),
                    ["many"] = Example(
                        "An array of events.",
                        new JsonArray(OpenApiExamples.Of(typeof(EventDocument)), OpenApiExamples.Of(typeof(EventDocument)))),
                },
            },
            [EventHandlers.NdjsonType] = OpenApiSchemas.Content(
                new JsonObject
                {
                    ["type"] = "string",
                    ["description"] =
                        "An event in the plain form on each line. Read as it comes; a stream that is cut off has counted what came whole.",
                },
                OpenApiExamples.Lines),
            [EventHandlers.CloudEventType] = OpenApiSchemas.Content(Cloud(schemas), OpenApiExamples.Of(typeof(CloudEventDocument))),
            [EventHandlers.CloudEventBatchType] = OpenApiSchemas.Content(
                Many(Cloud(schemas), "CloudEvents."), new JsonArray(OpenApiExamples.Of(typeof(CloudEventDocument)))),
        },
    };

    private static JsonNode Event(OpenApiSchemas schemas) => schemas.Reference(typeof(EventDocument));

    private static JsonNode Cloud(OpenApiSchemas schemas) => schemas.Reference(typeof(CloudEventDocument));

    private static JsonObject Many(JsonNode items, string description) =>
        new() { ["type"] = "array", ["description"] = description, ["items"] = items };

    private static JsonObject Example(string summary, JsonNode value) => new() { ["summary"] = summary, ["value"] = value };
}
