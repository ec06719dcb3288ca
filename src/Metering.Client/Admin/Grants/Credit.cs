using System.Text.Json;

namespace Metering.Client.Admin;

/// <summary>Credit to be paid in or out.</summary>
public sealed record Credit
{
    /// <summary>Credit. Required.</summary>
    public required decimal Amount { get; init; }

    /// <summary>Why, in up to 500 characters. The customer sees it in the statement.</summary>
    public string? Reason { get; init; }

    /// <summary>What the caller's books call it, such as a ticket or an invoice; up to 255 characters.</summary>
    public string? Reference { get; init; }

    /// <summary>A JSON object of up to 4 KiB.</summary>
    public JsonElement? Metadata { get; init; }
}
