using System.Text.Json;

namespace Metering.Api;

/// <summary>A correction's body: what the caller says of it is kept with its ledger entry.</summary>
[Example("""{"reason":"Payment is overdue","reference":"ticket-9","metadata":{"by":"ann"}}""")]
public record NotedRequest
{
    /// <summary>Why, in up to 500 characters. The customer sees it in the statement.</summary>
    public string? Reason { get; init; }

    /// <summary>What the caller's books call it, such as a ticket or an invoice; up to 255 characters.</summary>
    public string? Reference { get; init; }

    /// <summary>A JSON object of up to 4 KiB.</summary>
    public JsonElement? Metadata { get; init; }

    /// <summary>What is said; null when nothing is. What is wrong with it is noted.</summary>
    internal Note? ReadNote(FieldErrors errors)
    {
        JsonObjects.Metadata(errors, "/metadata", Metadata);
        var note = new Note
        {
            Reason = Texts.OptionalReason(errors, "/reason", Reason),
            Reference = Texts.OptionalId(errors, "/reference", Reference),
            Metadata = Metadata is { ValueKind: JsonValueKind.Object } metadata ? metadata : null,
        };
        // An entry that nobody said anything of has no note, not an empty one.
        return note is { Reason: null, Reference: null, Metadata: null } ? null : note;
    }
}
