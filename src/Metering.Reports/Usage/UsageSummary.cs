using System.Collections.Immutable;

namespace Metering.Reports;

/// <summary>What a customer used of one metric in a span, all of its licenses together, deleted ones for their past included.</summary>
public sealed record UsageSummary
{
    /// <summary>The customer.</summary>
    public required string TenantId { get; init; }

    /// <summary>The feature's code.</summary>
    public required string Metric { get; init; }

    /// <summary>How it adds up.</summary>
    public MetricType MetricType { get; init; }

    /// <summary>What one of it is called; null where it has no name.</summary>
    public string? Unit { get; init; }

    /// <summary>From when was counted, UTC: the span that was asked for, widened to whole buckets.</summary>
    public DateTimeOffset From { get; init; }

    /// <summary>Until when was counted, UTC.</summary>
    public DateTimeOffset To { get; init; }

    /// <summary>In which parts it is told.</summary>
    public Granularity Granularity { get; init; }

    /// <summary>What was used, less what corrections took away; of a gauge or up_down the level at the end.</summary>
    public decimal Total { get; init; }

    /// <summary>How many changes were counted, corrections included.</summary>
    public long Count { get; init; }

    /// <summary>Use that nothing covered; of a gauge or up_down what changes of its level and allowance added to that.</summary>
    public decimal Overage { get; init; }

    /// <summary>What it cost; null where it was charged in different units.</summary>
    public decimal? Cost { get; init; }

    /// <summary>The unit of the cost; null where there is none, or several.</summary>
    public string? CostUnit { get; init; }

    /// <summary>Of a gauge or up_down: the level at the end, or now.</summary>
    public decimal? Last { get; init; }

    /// <summary>Of a gauge or up_down: the highest level, as in a bucket.</summary>
    public decimal? Max { get; init; }

    /// <summary>Of a gauge or up_down: the mean over time, until the end or now.</summary>
    public decimal? Mean { get; init; }

    /// <summary>
    /// The parts, in their order. Licenses whose periods begin at different times have parts of their own, which may overlap.
    /// </summary>
    public ImmutableArray<UsageBucket> Buckets { get; init; } = [];

    /// <summary>
    /// Who used most, the largest first; null where it would take too long to tell: ask for the top users of a shorter span.
    /// </summary>
    public ImmutableArray<UserUsage>? TopUsers { get; init; }

    /// <summary>Each license by itself, in the order of their creation.</summary>
    public ImmutableArray<LicenseUsed> Licenses { get; init; } = [];
}
