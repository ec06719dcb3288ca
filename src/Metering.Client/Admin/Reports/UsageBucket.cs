namespace Metering.Client.Admin;

/// <summary>A part of a span of use.</summary>
public sealed record UsageBucket
{
    /// <summary>Its first instant, UTC.</summary>
    public DateTimeOffset Start { get; init; }

    /// <summary>The first instant after it, UTC.</summary>
    public DateTimeOffset End { get; init; }

    /// <summary>What was used, less what corrections took away; of a gauge or up_down the level at its end.</summary>
    public decimal Total { get; init; }

    /// <summary>How many changes were counted, corrections included.</summary>
    public long Count { get; init; }

    /// <summary>Use that nothing covered; of a gauge or up_down what changes of its level and allowance added to that.</summary>
    public decimal Overage { get; init; }

    /// <summary>What it cost; null where it was charged in different units.</summary>
    public decimal? Cost { get; init; }

    /// <summary>Of a gauge or up_down: the level at its end, or now.</summary>
    public decimal? Last { get; init; }

    /// <summary>
    /// Of a gauge or up_down: the highest level. Null for several licenses, whose peaks come at different times, and where readings of
    /// a day came out of order and are too many to be read again.
    /// </summary>
    public decimal? Max { get; init; }

    /// <summary>Of a gauge or up_down: the mean over time until its end, or now; rounded to nine digits after the point.</summary>
    public decimal? Mean { get; init; }

    /// <summary>Use by user, the largest first; only where it is asked for.</summary>
    public IReadOnlyList<UserUsage>? Users { get; init; }

    /// <summary>What the users that are listed did not use; only where users are asked for.</summary>
    public UnlistedUse? Unlisted { get; init; }
}
