using System.Text.Json;

namespace Metering.Client.Admin;

/// <summary>Extra allowance to be given.</summary>
public sealed record NewGrant
{
    /// <summary>The feature. Required.</summary>
    public required string FeatureCode { get; init; }

    /// <summary>Units. Required.</summary>
    public required decimal Amount { get; init; }

    /// <summary>
    /// In which order grants are used up: a lower number first, so 0 goes before 10; negative ones before 0. 0 where it is absent. Of
    /// equal ones that which expires first is used first, then the older one.
    /// </summary>
    public int? Priority { get; init; }

    /// <summary>From when; now where it is absent.</summary>
    public DateTimeOffset? EffectiveAt { get; init; }

    /// <summary>Until when; never expires where it is absent.</summary>
    public DateTimeOffset? ExpiresAt { get; init; }

    /// <summary>Most that is kept at a period's end or a recurrence.</summary>
    public decimal? RolloverMax { get; init; }

    /// <summary>
    /// How often the amount is given anew: an interval's name: <c>none</c>, <c>hour</c>, <c>day</c>, <c>week</c>, <c>month</c> or
    /// <c>year</c>.
    /// </summary>
    public string? Recurrence { get; init; }

    /// <summary>Why, in up to 500 characters. The customer sees it in the statement.</summary>
    public string? Reason { get; init; }

    /// <summary>What the caller's books call it, such as a ticket or an invoice; up to 255 characters.</summary>
    public string? Reference { get; init; }

    /// <summary>A JSON object of up to 4 KiB.</summary>
    public JsonElement? Metadata { get; init; }
}
