namespace Metering.Client.Admin;

/// <summary>What a license got and used in a span.</summary>
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
    public IReadOnlyList<StatementPeriod> Periods { get; init => field = value ?? []; } = [];

    /// <summary>The grants that were there in the span, as they stand now, in the order of their making.</summary>
    public IReadOnlyList<StatementGrant> Grants { get; init => field = value ?? []; } = [];

    /// <summary>The prepaid balances, in the order of their units.</summary>
    public IReadOnlyList<StatementBalance> Balances { get; init => field = value ?? []; } = [];

    /// <summary>What happened in the span besides use, in the order of the ledger: the first of it, where there was much.</summary>
    public IReadOnlyList<StatementEntry> Entries { get; init => field = value ?? []; } = [];

    /// <summary>How many such entries there are beyond those that are listed.</summary>
    public int EntriesLeftOut { get; init; }
}
