namespace Metering;

/// <summary>Reads the evidence.</summary>
public interface ILedger
{
    /// <summary>Entries of a license in the order of their numbers.</summary>
    /// <exception cref="FormatException">The cursor is not one that this list gave.</exception>
    ValueTask<Page<LedgerEntry>> EntriesAsync(string licenseId, LedgerQuery query, CancellationToken cancellationToken);

    /// <summary>Rollups of a license's days, from day to day inclusive, open days included, in the order of day and feature.</summary>
    ValueTask<IReadOnlyList<ClosedDay>> RollupsAsync(string licenseId, DateOnly from, DateOnly to, CancellationToken cancellationToken);
}

/// <summary>Which entries of a ledger.</summary>
/// <param name="From">Made at or after, UTC; null: from the first.</param>
/// <param name="To">Made before, UTC; null: to the last.</param>
/// <param name="FeatureCode">Of one feature; null: of all.</param>
/// <param name="Cursor">Where to go on; null: at the beginning.</param>
/// <param name="Limit">Most entries to return, 1 to <see cref="Page{T}.MaxSize"/>.</param>
/// <param name="BalanceUnit">A balance's own ledger: only entries that changed the balance in this unit; null: all entries.</param>
public sealed record LedgerQuery(
    DateTimeOffset? From, DateTimeOffset? To, string? FeatureCode, string? Cursor, int Limit, string? BalanceUnit = null)
{
    /// <summary>Whether an entry is one of those asked for, its time aside.</summary>
    public bool Wants(LedgerEntry entry) =>
        (FeatureCode is null || FeatureCode == entry.FeatureCode)
        && (BalanceUnit is null || (BalanceUnit == entry.Unit && entry.BalanceAfter is not null));
}
