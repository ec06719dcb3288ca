namespace Metering.Client.Admin;

/// <summary>What one license contributed to a summary.</summary>
public sealed record LicenseShare
{
    /// <summary>The license; it may have been deleted since.</summary>
    public required string LicenseId { get; init; }

    /// <summary>From when was counted, UTC: by periods, each license's own.</summary>
    public DateTimeOffset From { get; init; }

    /// <summary>Until when was counted, UTC.</summary>
    public DateTimeOffset To { get; init; }

    /// <summary>What was used, less what corrections took away; of a gauge or up_down the level at the end.</summary>
    public decimal Total { get; init; }

    /// <summary>How many changes were counted, corrections included.</summary>
    public long Count { get; init; }

    /// <summary>Use that nothing covered; of a gauge or up_down what changes of its level and allowance added to that.</summary>
    public decimal Overage { get; init; }

    /// <summary>What it cost; null where it was charged in different units.</summary>
    public decimal? Cost { get; init; }

    /// <summary>The unit of the cost; null: there are no prices, or several units.</summary>
    public string? CostUnit { get; init; }

    /// <summary>Of a gauge or up_down: the level at the end, or now.</summary>
    public decimal? Last { get; init; }

    /// <summary>Of a gauge or up_down: the highest level, as in a bucket.</summary>
    public decimal? Max { get; init; }

    /// <summary>Of a gauge or up_down: the mean over time, until the end or now.</summary>
    public decimal? Mean { get; init; }
}
