using System.Collections.Immutable;

namespace Metering.Reports;

/// <summary>What one license was given, what it used, and why it has what it has: for its customer.</summary>
public sealed record Statement
{
    /// <summary>The license; it may have been deleted since.</summary>
    public required string LicenseId { get; init; }

    /// <summary>The customer that holds it.</summary>
    public required string TenantId { get; init; }

    /// <summary>From when, UTC.</summary>
    public DateTimeOffset From { get; init; }

    /// <summary>Until when, UTC.</summary>
    public DateTimeOffset To { get; init; }

    /// <summary>The periods of each feature that lie in the span, whole, in the order of feature and start.</summary>
    public ImmutableArray<PeriodStatement> Periods { get; init; } = [];

    /// <summary>The grants that were there in the span, as they stand now, in the order of their making.</summary>
    public ImmutableArray<GrantStatement> Grants { get; init; } = [];

    /// <summary>The prepaid balances, in the order of their units.</summary>
    public ImmutableArray<BalanceStatement> Balances { get; init; } = [];

    /// <summary>What happened in the span besides use, in the order of the ledger: the first of it, where there was much.</summary>
    public ImmutableArray<StatementEntry> Entries { get; init; } = [];

    /// <summary>How many such entries there are beyond those that are listed.</summary>
    public long EntriesLeftOut { get; init; }
}
