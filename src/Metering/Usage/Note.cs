using System.Text.Json;

namespace Metering;

/// <summary>
/// What a caller says of a correction: a reset, a decrement, a grant, a change of a balance. It is kept with the ledger entry.
/// </summary>
public sealed record Note
{
    /// <summary>Longest <see cref="Reason"/>, in characters.</summary>
    public const int MaxReason = 500;

    /// <summary>Why, in the caller's words.</summary>
    public string? Reason { get; init; }

    /// <summary>What the caller's books call it, such as a ticket or an invoice.</summary>
    public string? Reference { get; init; }

    /// <summary>A JSON object.</summary>
    public JsonElement? Metadata { get; init; }
}
