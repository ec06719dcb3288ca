using System.Text;
using System.Text.Unicode;

namespace Metering.Api;

/// <summary>Reads usage events in the plain form. It never throws for what an event says: it says what is wrong with it.</summary>
public static class EventReader
{
    /// <summary>Most characters of an event that can't be read that are kept.</summary>
    public const int MaxRaw = 64 * 1024;

    /// <summary>Reads one event from JSON.</summary>
    public static ReadEvent Read(ReadOnlySpan<byte> json, int index)
    {
        try
        {
            return Check(JsonBody.Parse(json, ApiJson.Default.EventDocument), index, json);
        }
        catch (ProblemException exception)
        {
            return Unreadable(exception.Problem, index, json);
        }
    }

    /// <summary>An event that can't be read.</summary>
    internal static ReadEvent Unreadable(Problem problem, int index, ReadOnlySpan<byte> json) => new()
    {
        Index = index,
        Problem = problem,
        Raw = Text(json),
    };

    /// <summary>An event that can't be read, as a letter keeps it.</summary>
    private static string Text(ReadOnlySpan<byte> json)
    {
        var kept = json.Length > MaxRaw ? json[..MaxRaw] : json;
        // Also of bytes that are not UTF-8: a letter with marks in their place is better than none (rule 10).
        var text = Encoding.UTF8.GetString(kept);
        return kept.Length == json.Length && Utf8.IsValid(kept) ? text : text + EventLetter.NotAsItCame;
    }

    /// <summary>The event that a document states, or why it is none.</summary>
    internal static ReadEvent Check(EventDocument document, int index, ReadOnlySpan<byte> json)
    {
        var errors = new FieldErrors();
        Texts.Code(errors, "/metric", document.Metric);
        Texts.OptionalId(errors, "/tenant_id", document.TenantId);
        Texts.OptionalId(errors, "/license_id", document.LicenseId);
        Texts.OptionalId(errors, "/user_id", document.UserId);
        Texts.OptionalId(errors, "/event_id", document.EventId);
        Texts.OptionalId(errors, "/key", document.Key);
        JsonObjects.Metadata(errors, "/metadata", document.Metadata);
        errors.Require(document.TenantId is not null || document.LicenseId is not null, "/tenant_id", "is required without license_id");
        if (errors.Any)
        {
            return Unreadable(errors.ToProblem(), index, json);
        }

        return new ReadEvent
        {
            Index = index,
            MadeId = document.EventId is null,
            Event = new UsageEvent
            {
                Index = index,
                EventId = document.EventId ?? NewId.Event(),
                Metric = document.Metric!,
                TenantId = document.TenantId,
                LicenseId = document.LicenseId,
                Quantity = document.Quantity ?? 1,
                Key = document.Key,
                UserId = document.UserId,
                OccurredAt = document.OccurredAt,
                Metadata = LicenseCreation.Present(document.Metadata),
            },
        };
    }
}
