using System.Text.Json.Nodes;

namespace Metering.Api;

/// <summary>
/// The messages that a webhook's receiver gets, as the OpenAPI document has them: one for each signal, and the test message.
/// </summary>
internal static class OpenApiWebhooks
{
    // The headers of Standard Webhooks.
    private static readonly IReadOnlyList<(string Name, string Description)> Headers =
    [
        ("webhook-id", "The message's id, the same on every attempt. Ignore an id that you have already seen."),
        ("webhook-timestamp", "When it was sent, in seconds since 1970. Refuse a message that is more than five minutes off."),
        ("webhook-signature", "`v1,` and a signature; several, separated by spaces, for a day after the secret was replaced."),
    ];

    public static JsonObject Of(OpenApiSchemas schemas)
    {
        var docs = new XmlDocs(typeof(SignalType).Assembly);
        var webhooks = new JsonObject();
        foreach (var type in Enum.GetValues<SignalType>())
        {
            var summary = docs.Of(typeof(SignalType).GetField(type.ToString())!) ?? $"The signal {EnumNames.Of(type)}.";
            var data = type == SignalType.WebhookDisabled ? Disabled() : schemas.Reference(typeof(Signal));
            webhooks[EnumNames.Of(type)] = Message(EnumNames.Of(type), type.ToString(), summary, data);
        }

        webhooks[WebhookMessages.TestType] = Message(
            WebhookMessages.TestType, "Test", "The message that you asked for to test a receiver.",
            Data("What was tested.", ("webhook_id", "The webhook's id.")));
        return webhooks;
    }

    private static JsonObject Message(string type, string name, string summary, JsonNode data) => new()
    {
        ["post"] = new JsonObject
        {
            ["operationId"] = "Receive" + name,
            ["tags"] = new JsonArray("Webhooks"),
            ["summary"] = summary.Split(". ")[0].TrimEnd('.'),
            ["description"] = summary,
            // A receiver knows the meter by the signature.
            ["security"] = new JsonArray(),
            ["parameters"] = new JsonArray([.. Headers.Select(header => (JsonNode)new JsonObject
            {
                ["name"] = header.Name,
                ["in"] = "header",
                ["description"] = header.Description,
                ["required"] = true,
                ["schema"] = new JsonObject { ["type"] = "string" },
            })]),
            ["requestBody"] = new JsonObject
            {
                ["description"] = "The message. Fields may be added; ignore those that you don't know.",
                ["required"] = true,
                ["content"] = new JsonObject
                {
                    [JsonReply.JsonType] = OpenApiSchemas.Content(Body(type, data), OpenApiExamples.Message(type)),
                },
            },
            ["responses"] = new JsonObject
            {
                ["2XX"] = new JsonObject { ["description"] = "The message has arrived. After any other answer but 410, it is sent again." },
                ["410"] = new JsonObject { ["description"] = "The receiver is gone for good; the webhook is disabled." },
            },
        },
    };

    private static JsonObject Body(string type, JsonNode data) => new()
    {
        ["type"] = "object",
        ["required"] = new JsonArray("type", "timestamp", "data"),
        ["properties"] = new JsonObject
        {
            ["type"] = new JsonObject { ["type"] = "string", ["description"] = "What the message says.", ["const"] = type },
            ["timestamp"] = SchemaParts.Text("When it happened, UTC.", format: "date-time"),
            ["data"] = data,
        },
    };

    private static JsonObject Disabled() => Data(
        "The webhook that was disabled.",
        ("webhook_id", "Its id."), ("url", "Where it delivered to."), ("reason", "Why it was disabled."));

    private static JsonObject Data(string description, params (string Name, string Description)[] fields) => new()
    {
        ["type"] = "object",
        ["description"] = description,
        ["required"] = new JsonArray([.. fields.Select(field => (JsonNode)field.Name)]),
        ["properties"] = new JsonObject(
            fields.Select(field => KeyValuePair.Create(field.Name, (JsonNode?)SchemaParts.Text(field.Description)))),
    };
}
