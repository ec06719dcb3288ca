namespace Metering.Reports;

/// <summary>
/// Reads the ledgers of many licenses in big steps, beside those who write. What a host adds to its ports so that it can export.
/// </summary>
public interface ILedgerScan
{
    /// <summary>
    /// Entries that were made in a span, with the chain's links: licenses in the order given, each license's entries by number, in one or
    /// more parts. A license without such entries has no part. What was acknowledged before the call is in it.
    /// </summary>
    /// <param name="licenseIds">The licenses.</param>
    /// <param name="span">When the entries were made.</param>
    /// <param name="after">Only entries of the first license with a higher number; 0: all.</param>
    /// <param name="cancellationToken">Stops it.</param>
    IAsyncEnumerable<LedgerPart> ReadAsync(
        IReadOnlyList<string> licenseIds, ExportSpan span, long after, CancellationToken cancellationToken);

    /// <summary>From when on all entries and rollups are kept, UTC, whatever license they are of; null: nothing was removed.</summary>
    ValueTask<DateTimeOffset?> KeptFromAsync(CancellationToken cancellationToken);
}
