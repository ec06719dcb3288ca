namespace Metering.Reports;

/// <summary>Which usage is asked for.</summary>
/// <param name="TenantId">The customer.</param>
/// <param name="Metric">The feature's code.</param>
public sealed record UsageQuery(string TenantId, string Metric)
{
    /// <summary>How many top users are told where nobody says.</summary>
    public const int DefaultTopUsers = 10;

    /// <summary>Most top users that are told.</summary>
    public const int MaxTopUsers = 100;

    /// <summary>
    /// From when, UTC. Null: up to <see cref="DefaultDays"/> days before <see cref="To"/>, or where that is absent too, from the beginning
    /// of the period that is open.
    /// </summary>
    public DateTimeOffset? From { get; init; }

    /// <summary>Until when, UTC; null: until now, or where <see cref="From"/> is absent too, to the end of the period that is open.</summary>
    public DateTimeOffset? To { get; init; }

    /// <summary>Whether a span is asked for.</summary>
    internal bool HasSpan => From is not null || To is not null;

    /// <summary>In which parts it is told.</summary>
    public Granularity Granularity { get; init; }

    /// <summary>Whether each part tells its users.</summary>
    public bool ByUser { get; init; }

    /// <summary>How many top users are told.</summary>
    public int TopUsers { get; init; } = DefaultTopUsers;

    /// <summary>Whether the top users must be told. Else they are left out where telling them would take long.</summary>
    public bool NeedsUsers { get; init; }

    /// <summary>How many days a span has of which only the end is given.</summary>
    public const int DefaultDays = 31;
}
