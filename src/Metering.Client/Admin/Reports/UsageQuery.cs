namespace Metering.Client.Admin;

/// <summary>Of which span, and in which parts, use is to be told; what is null is the meter's choice.</summary>
public sealed record UsageQuery
{
    /// <summary>From when.</summary>
    public DateTimeOffset? From { get; init; }

    /// <summary>Until when.</summary>
    public DateTimeOffset? To { get; init; }

    /// <summary><c>period</c>, <c>day</c> or <c>hour</c>.</summary>
    public string? Granularity { get; init; }

    /// <summary>Whether each part names its users.</summary>
    public bool ByUser { get; init; }

    /// <summary>Most users that are named.</summary>
    public int? Limit { get; init; }
}
