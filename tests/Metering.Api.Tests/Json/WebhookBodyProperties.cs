using System.Text.Json;
using System.Text.Json.Nodes;
using FsCheck;
using FsCheck.Fluent;
using Metering.Tests.Properties;
using Metering.Tests.Support;

namespace Metering.Api.Tests;

/// <summary>A webhook's body, put together by hand, is what the serializer makes of its parts.</summary>
public sealed class WebhookBodyProperties
{
    private const int Histories = 100;
    private const int Cases = 500;

    private static readonly DateTimeOffset Start = new(2026, 11, 21, 10, 0, 0, TimeSpan.Zero);

    private static Gen<DateTimeOffset> Times =>
        from ticks in Gen.Elements<long>(0, 1, TimeSpan.TicksPerMillisecond, 500 * TimeSpan.TicksPerMillisecond, TimeSpan.TicksPerSecond)
        from offset in Gen.Elements(-8, 0, 5)
        select Start.AddTicks(ticks).ToOffset(TimeSpan.FromHours(offset));

    private static Gen<Webhook> Webhooks =>
        from id in AnyText.Any
        from url in AnyText.Any
        from reason in AnyText.Any
        from at in Times
        select new Webhook { Id = "whk_" + id, Url = url, DisabledReason = reason, DisabledAt = at };

    private static Gen<Signal> Signals =>
        from at in Times
        from license in AnyText.Any
        from feature in AnyText.OrNull
        from detail in AnyText.OrNull
        from used in Samples.Amounts
        from type in Gen.Elements(Enum.GetValues<SignalType>())
        select new Signal
        {
            Type = type, LicenseId = license, TenantId = license, Sequence = 7, At = at, FeatureCode = feature, Detail = detail,
            Used = used == 0 ? null : used, Level = feature is null ? null : Level.Critical,
        };

    [Fact]
    public void A_signal_that_the_domain_tells_is_written_as_the_serializer_writes_it() =>
        Samples.Check("told signals", Histories, History.Any, history => Playing.Run(history, (_, _, _, outcome) =>
        {
            foreach (var signal in outcome.Signals)
            {
                Assert.Equal(Serialized(signal), Body(signal));
            }
        }));

    [Fact]
    public void A_signal_with_any_text_in_it_is_written_as_the_serializer_writes_it() =>
        Samples.Check("signals", Cases, Signals, signal => Assert.Equal(Serialized(signal), Body(signal)));

    [Fact]
    public void That_a_webhook_was_disabled_is_written_as_the_serializer_writes_it() =>
        Samples.Check("disabled webhooks", Cases, Webhooks, webhook =>
        {
            var delivery = Assert.Single(WebhookMessages.Disabled(webhook, [new Webhook { Id = "whk", Url = "" }]));
            var data = Node(new { webhook_id = webhook.Id, url = webhook.Url, reason = webhook.DisabledReason });
            Assert.Equal(Enveloped("webhook_disabled", webhook.DisabledAt!.Value, data), delivery.Body);
        });

    [Fact]
    public void A_test_message_is_written_as_the_serializer_writes_it() =>
        Samples.Check("test messages", Cases, from webhook in Webhooks from now in Times select (webhook, now), pair => Assert.Equal(
            Enveloped("test", pair.now, Node(new { webhook_id = pair.webhook.Id })), WebhookMessages.Test(pair.webhook, pair.now).Body));

    private static string Body(Signal signal) => Assert.Single(WebhookMessages.Of(signal, [new Webhook { Id = "whk", Url = "" }], Start)).Body;

    private static string Serialized(Signal signal)
    {
        var data = JsonSerializer.SerializeToNode(signal, MeteringJson.Default.Signal)!.AsObject();
        data.Remove("type");
        data.Remove("at");
        return Enveloped(EnumNames.Of(signal.Type), signal.At, data);
    }

    private static string Enveloped(string type, DateTimeOffset timestamp, JsonObject data) =>
        JsonSerializer.Serialize(
        new { type, timestamp = UtcJsonConverter.WholeMilliseconds(timestamp), data }, SerializerForm.Escaped);

    private static JsonObject Node<T>(T value) => JsonSerializer.SerializeToNode(value, SerializerForm.Escaped)!.AsObject();
}
