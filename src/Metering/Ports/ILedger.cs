namespace Metering;

/// <summary>Reads the evidence.</summary>
public interface ILedger
{
    /// <summary>Entries of a license in the order of their numbers.</summary>
    /// <exception cref="FormatException">The cursor is not one that this list gave.</exception>
    ValueTask<Page<LedgerEntry>> EntriesAsync(string licenseId, LedgerQuery query, CancellationToken cancellationToken);

    /// <summary>Rollups of a license's days, from day to day inclusive, open days included, in the order of day and feature.</summary>
    ValueTask<IReadOnlyList<ClosedDay>> RollupsAsync(string licenseId, DateOnly from, DateOnly to, CancellationToken cancellationToken);

    /// <summary>
    /// From when on all entries and rollups of a license are kept, UTC: what was counted before may have been removed, because its
    /// retention is over. Null: nothing of it was.
    /// </summary>
    ValueTask<DateTimeOffset?> KeptFromAsync(string licenseId, CancellationToken cancellationToken);

    /// <summary>
    /// Closed periods of all features of a license, in the order of <see cref="FeaturePeriod.Compare"/>: those that are stored, and those
    /// that the state still keeps or would have closed by now, which may still change (<see cref="FeaturePeriod.Status"/>).
    /// </summary>
    /// <param name="licenseId">The license.</param>
    /// <param name="query">Which of them.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    /// <returns>A part of at most <see cref="Page{T}.MaxSize"/>; the last one has no cursor.</returns>
    /// <exception cref="FormatException">The cursor is not one that this list gave.</exception>
    ValueTask<Page<FeaturePeriod>> PeriodsAsync(string licenseId, PeriodQuery query, CancellationToken cancellationToken);
}
