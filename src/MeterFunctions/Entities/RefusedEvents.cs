using System.Text.Json;
using MeterFunctions.Storage;
using Metering;

namespace MeterFunctions.Entities;

/// <summary>Events of a stream that the license's writer could not count: they become dead letters (rule 10).</summary>
internal static class RefusedEvents
{
    /// <summary>The code of an event that met a fault of ours.</summary>
    public const string Fault = "internal_error";

    /// <summary>The dead letter; null when the event was counted, now or before.</summary>
    public static DeadLetter? Letter(string licenseId, PendingCommand command, ApplyResult? result, DateTimeOffset now)
    {
        var (code, detail) = result switch
        {
            null => (Fault, "The event could not be applied; the fault was logged."),
            { Status: ApplyStatus.LicenseNotFound } => (RefusalCode.LicenseNotFound, "The license has no state."),
            { Status: ApplyStatus.KeyReused } => ("idempotency_key_reused", "The event's id was used with another body."),
            { Status: ApplyStatus.Applied, Answer: Refusal refusal } => (refusal.Code, refusal.Detail),
            { Status: ApplyStatus.Applied, Answer: UsageAnswer { Allowed: false, Reason: { } reason } } => (reason, "The license does not count this use."),
            _ => (null, ""),
        };

        // The same event has the same letter, however often it is tried.
        return code is null
            ? null
            : new DeadLetter(LetterId(command), now, code, detail, Payload(licenseId, command));
    }

    private static string LetterId(PendingCommand command) => LetterId(command.SentAt, command.Once?.EventId ?? command.Id);

    /// <summary>A letter's id: it rises with time, and is the same for the same event.</summary>
    /// <param name="sentAt">When the event was sent, in Unix milliseconds.</param>
    /// <param name="name">What tells the event from every other one.</param>
    public static string LetterId(long sentAt, string name) => $"dl_{sentAt:x12}{TextHash.Of(name)[..20]}";

    // As the event named it: one that was brought to a license by its tenant is brought anew when it is tried again.
    private static string Payload(string licenseId, PendingCommand command)
    {
        if (command.Command is not RecordUse use)
        {
            return JsonSerializer.Serialize(command.Command, MeteringJson.Default.Command);
        }

        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream))
        {
            json.WriteStartObject();
            json.WriteString(command.TenantId is null ? "license_id" : "tenant_id", command.TenantId ?? licenseId);
            json.WriteString("metric", use.FeatureCode);
            json.WriteNumber("quantity", use.Given);
            Write(json, "event_id", use.EventId);
            Write(json, "key", use.Key);
            Write(json, "user_id", use.UserId);
            if (use.OccurredAt is { } at)
            {
                json.WriteString("occurred_at", at.UtcDateTime);
            }

            if (use.Metadata is { } metadata)
            {
                json.WritePropertyName("metadata");
                metadata.WriteTo(json);
            }

            json.WriteEndObject();
        }

        return System.Text.Encoding.UTF8.GetString(stream.ToArray());
    }

    private static void Write(Utf8JsonWriter json, string name, string? value)
    {
        if (value is not null)
        {
            json.WriteString(name, value);
        }
    }
}
