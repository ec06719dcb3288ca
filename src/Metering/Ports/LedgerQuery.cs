namespace Metering;

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
        // The unit alone does not say it: a closed period has the unit of its prices and touches no balance.
        && (BalanceUnit is null || (BalanceUnit == entry.Unit && entry.BalanceAfter is not null));
}
