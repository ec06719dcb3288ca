using System.Text.Json;

namespace Metering.Client.Admin;

/// <summary>Use to be taken back.</summary>
public sealed record UsageDecrement
{
    /// <summary>The feature. Required.</summary>
    public required string FeatureCode { get; init; }

    /// <summary>Units to take away. Required.</summary>
    public required decimal Amount { get; init; }

    /// <summary>Why, in up to 500 characters. The customer sees it in the statement.</summary>
    public string? Reason { get; init; }

    /// <summary>What the caller's books call it, such as a ticket or an invoice; up to 255 characters.</summary>
    public string? Reference { get; init; }

    /// <summary>A JSON object of up to 4 KiB.</summary>
    public JsonElement? Metadata { get; init; }
}
