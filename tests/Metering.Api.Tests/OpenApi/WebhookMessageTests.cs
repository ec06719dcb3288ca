using System.Text.Json.Nodes;

namespace Metering.Api.Tests.OpenApi;

/// <summary>The OpenAPI document describes the messages that receivers of webhooks get.</summary>
public sealed class WebhookMessageTests
{
    private static readonly JsonObject Document = OpenApiDocument.Build();

    private static readonly DateTimeOffset Now = new(2026, 11, 28, 12, 0, 0, TimeSpan.Zero);

    private static readonly Webhook Webhook = new()
    {
        Id = "wh_1",
        Url = "https://hooks.example.com/meter",
        Secrets = [new WebhookSecret("whsec_" + Convert.ToBase64String(new byte[32]), null)],
        CreatedAt = Now,
    };

    public static TheoryData<SignalType> Signals =>
        [.. Enum.GetValues<SignalType>().Where(type => type != SignalType.WebhookDisabled)];

    [Fact]
    public void Every_message_that_can_be_sent_is_described() =>
        Assert.Equal(
            Enum.GetValues<SignalType>().Select(type => EnumNames.Of(type)).Append("test").Order(StringComparer.Ordinal),
            Document["webhooks"]!.AsObject().Select(one => one.Key).Order(StringComparer.Ordinal));

    [Theory]
    [MemberData(nameof(Signals))]
    public void A_signal_with_everything_in_it_has_the_fields_that_are_described(SignalType type)
    {
        var signal = new Signal
        {
            Type = type, LicenseId = "lic_1", TenantId = "t", Sequence = 7, Ordinal = 1, At = Now, FeatureCode = "m", Level = Level.Warning,
            PreviousLevel = Level.Normal, Used = 0, Allowance = 5, Overage = 0, Cost = 0, Period = new Period(Now, null), Unit = "USD",
            Available = 0, Reference = "gr_1", Detail = "used_up",
        };

        var data = DataOf(Assert.Single(WebhookMessages.Of(signal, [Webhook], Now)));

        Assert.Equal(Fields(DataSchema(EnumNames.Of(type))), data.Select(field => field.Key).Order(StringComparer.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Signals))]
    public void A_signal_with_nothing_to_say_has_the_fields_that_are_required(SignalType type)
    {
        var signal = new Signal { Type = type, LicenseId = "lic_1", TenantId = "t", Sequence = 7, At = Now };

        var data = DataOf(Assert.Single(WebhookMessages.Of(signal, [Webhook], Now)));

        Assert.Equal(Required(DataSchema(EnumNames.Of(type))), data.Select(field => field.Key).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void The_messages_about_webhooks_have_the_fields_that_are_described()
    {
        var disabled = Webhook with { Id = "wh_2", DisabledAt = Now, DisabledReason = "gone" };

        var told = DataOf(Assert.Single(WebhookMessages.Disabled(disabled, [Webhook])));
        var test = DataOf(WebhookMessages.Test(Webhook, Now));

        Assert.Equal(Required(DataSchema("webhook_disabled")), told.Select(field => field.Key).Order(StringComparer.Ordinal));
        Assert.Equal(Required(DataSchema("test")), test.Select(field => field.Key).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void The_example_has_only_fields_that_are_described()
    {
        var data = Content("level_changed")["example"]!["data"]!.AsObject();

        Assert.Subset(
            Fields(DataSchema("level_changed")).ToHashSet(StringComparer.Ordinal),
            data.Select(field => field.Key).ToHashSet(StringComparer.Ordinal));
    }

    private static JsonObject DataOf(Delivery delivery)
    {
        var body = JsonNode.Parse(delivery.Body)!.AsObject();
        Assert.Equal(delivery.Type, Content(delivery.Type)["schema"]!["properties"]!["type"]!["const"]!.GetValue<string>());
        Assert.Equal(
            Fields(Content(delivery.Type)["schema"]!),
            body.Select(field => field.Key).Order(StringComparer.Ordinal));
        return body["data"]!.AsObject();
    }

    private static JsonNode Content(string type) =>
        Document["webhooks"]![type]!["post"]!["requestBody"]!["content"]!["application/json"]!;

    private static JsonNode DataSchema(string type)
    {
        var schema = Content(type)["schema"]!["properties"]!["data"]!;
        return schema["$ref"] is { } reference ? Document["components"]!["schemas"]![reference.GetValue<string>().Split('/')[^1]]! : schema;
    }

    private static IEnumerable<string> Fields(JsonNode schema) =>
        schema["properties"]!.AsObject().Select(field => field.Key).Order(StringComparer.Ordinal);

    private static IEnumerable<string> Required(JsonNode schema) =>
        schema["required"]!.AsArray().Select(name => name!.GetValue<string>()).Order(StringComparer.Ordinal);
}
