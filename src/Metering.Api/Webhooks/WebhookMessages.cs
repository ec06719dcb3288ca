using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace Metering.Api;

/// <summary>Makes messages of signals.</summary>
public static class WebhookMessages
{
    /// <summary>The type of a message that only tests a receiver.</summary>
    public const string TestType = "test";

    private static readonly UtcJsonConverter Times = new();

    /// <summary>The deliveries of a signal: one for each webhook that wants it.</summary>
    /// <param name="signal">The signal.</param>
    /// <param name="webhooks">All webhooks.</param>
    /// <param name="now">Now.</param>
    public static IEnumerable<Delivery> Of(Signal signal, IEnumerable<Webhook> webhooks, DateTimeOffset now)
    {
        string? body = null;
        foreach (var webhook in webhooks.Where(webhook => webhook.Wants(signal.Type)))
        {
            // One body for all: each receiver gets the same bytes, and none are made where nobody wants the signal.
            body ??= Body(EnumNames.Of(signal.Type), signal.At, json => Write(json, signal));
            yield return New(webhook, signal.Id, EnumNames.Of(signal.Type), signal.LicenseId, body, now) with { Id = DeliveryIdOf(
                signal, webhook) };
        }
    }

    /// <summary>A delivery that only tests a receiver.</summary>
    public static Delivery Test(Webhook webhook, DateTimeOffset now)
    {
        var id = NewMessageId(now);
        return New(webhook, id, TestType, "", Body(TestType, now, json => json.WriteString("webhook_id", webhook.Id)), now);
    }

    /// <summary>
    /// The signal that a webhook was disabled, for the other webhooks. Made again it is the same: the same messages, the same deliveries.
    /// </summary>
    public static IEnumerable<Delivery> Disabled(Webhook disabled, IEnumerable<Webhook> webhooks)
    {
        var now = disabled.DisabledAt ?? throw new ArgumentException($"The webhook {disabled.Id} is not disabled.", nameof(disabled));
        var type = EnumNames.Of(SignalType.WebhookDisabled);
        var body = Body(type, now, json =>
        {
            json.WriteString("webhook_id", disabled.Id);
            json.WriteString("url", disabled.Url);
            json.WriteString("reason", disabled.DisabledReason);
        });
        var id = "msg_" + TimedId(now, $"{disabled.Id}\n{type}");
        return webhooks
            .Where(webhook => webhook.Id != disabled.Id && webhook.Wants(SignalType.WebhookDisabled))
            .Select(webhook => New(webhook, id, type, "", body, now) with { Id = "dlv_" + TimedId(now, $"{webhook.Id}\n{id}") });
    }

    /// <summary>Why a webhook is disabled whose delivery was given up.</summary>
    /// <param name="failed">The delivery.</param>
    /// <param name="retryHours">For how long deliveries are tried.</param>
    public static string WhyDisabled(Delivery failed, int retryHours) => failed.LastStatus == StatusCodes.Status410Gone
        ? "The receiver says that it is gone for good (410)."
        : $"Deliveries failed for {retryHours} hours, the last one so: {failed.LastError}";

    /// <summary>The same message once more, as a delivery of its own.</summary>
    public static Delivery Again(Delivery delivery, DateTimeOffset now) => delivery with
    {
        // The message keeps its id, by which a receiver that has seen it knows it; only the delivery is another.
        Id = NewDeliveryId(now),
        CreatedAt = now,
        NextAttemptAt = now,
        Status = DeliveryStatus.Pending,
        Attempts = 0,
        // So it is tried for as long as a new one.
        FirstAttemptAt = null,
        LastAttemptAt = null,
        LastStatus = null,
        LastError = null,
    };

    private static Delivery New(Webhook webhook, string messageId, string type, string licenseId, string body, DateTimeOffset now)
    {
        var made = UtcJsonConverter.WholeMilliseconds(now);
        return new Delivery
        {
            Id = NewDeliveryId(made),
            WebhookId = webhook.Id,
            MessageId = messageId,
            Type = type,
            LicenseId = licenseId,
            Body = body,
            CreatedAt = made,
            NextAttemptAt = made,
        };
    }

    private static string NewDeliveryId(DateTimeOffset now) => "dlv_" + Guid.CreateVersion7(now).ToString("N");

    // The same signal makes the same delivery to a webhook, however often a host that crashed makes it again.
    private static string DeliveryIdOf(Signal signal, Webhook webhook) => "dlv_" + TimedId(signal.At, $"{webhook.Id}\n{signal.Id}");

    // The form is that of the other ids: a UUID of version 7, whose first 48 bits are a time.
    private static string TimedId(DateTimeOffset at, string name) => $"{at.ToUnixTimeMilliseconds():x12}7{TextHash.Of(name)[..19]}";

    private static string NewMessageId(DateTimeOffset now) => "msg_" + Guid.CreateVersion7(now).ToString("N");

    private static string Body(string type, DateTimeOffset at, Action<Utf8JsonWriter> data)
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream))
        {
            // The form that Standard Webhooks recommends: type, timestamp, data.
            json.WriteStartObject();
            json.WriteString("type", type);
            // In the one form that times have in all bodies; the writer's own has up to seven digits of a second.
            json.WritePropertyName("timestamp");
            Times.Write(json, UtcJsonConverter.WholeMilliseconds(at), JsonSerializerOptions.Default);
            json.WriteStartObject("data");
            data(json);
            json.WriteEndObject();
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(stream.GetBuffer().AsSpan(0, (int)stream.Length));
    }

    private static void Write(Utf8JsonWriter json, Signal signal)
    {
        var element = JsonSerializer.SerializeToElement(signal, MeteringJson.Default.Signal);
        // These two stand beside the data already.
        foreach (var property in element.EnumerateObject().Where(property => property.Name is not ("type" or "at")))
        {
            property.WriteTo(json);
        }
    }
}
