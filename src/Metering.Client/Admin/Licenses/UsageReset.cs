using System.Text.Json;

namespace Metering.Client.Admin;

/// <summary>A reset of use.</summary>
public sealed record UsageReset
{
    /// <summary>The feature; every metered feature where it is absent.</summary>
    public string? FeatureCode { get; init; }

    /// <summary>Instead of a reset: units to add to the allowance.</summary>
    public decimal? TopUp { get; init; }

    /// <summary>Whether periods stay counted from the same anchor; true where it is absent.</summary>
    public bool? KeepAnchor { get; init; }

    /// <summary>Why, in up to 500 characters. The customer sees it in the statement.</summary>
    public string? Reason { get; init; }

    /// <summary>What the caller's books call it, such as a ticket or an invoice; up to 255 characters.</summary>
    public string? Reference { get; init; }

    /// <summary>A JSON object of up to 4 KiB.</summary>
    public JsonElement? Metadata { get; init; }
}
