using System.Text.Json;

namespace Metering.Client.Admin;

/// <summary>Why an operator makes a correction; kept in the ledger.</summary>
public sealed record CorrectionNote
{
    /// <summary>Why, in up to 500 characters. The customer sees it in the statement.</summary>
    public string? Reason { get; init; }

    /// <summary>What the caller's books call it, such as a ticket or an invoice; up to 255 characters.</summary>
    public string? Reference { get; init; }

    /// <summary>A JSON object of up to 4 KiB.</summary>
    public JsonElement? Metadata { get; init; }
}
