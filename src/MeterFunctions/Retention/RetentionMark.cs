using Azure.Data.Tables;
using MeterFunctions.Storage;
using Metering;

namespace MeterFunctions.Retention;

/// <summary>
/// Up to which day evidence of one license or another may have been removed, a row for all instances. It is written before anything is
/// removed, so whoever reads it never takes what is left for the whole. It goes by whole days, or each commit would change it.
/// </summary>
internal sealed class RetentionMark(MeterTables tables)
{
    private const string KeptFrom = "KeptFrom";

    // The last one that this instance has read or written. It only rises, so an old one costs a request and nothing else.
    private volatile Known _known = new(DateTimeOffset.MinValue);

    /// <summary>From when on all evidence is there, UTC; null when nothing was removed.</summary>
    /// <exception cref="StoreUnavailableException">The storage does not answer.</exception>
    public async ValueTask<DateTimeOffset?> ReadAsync(CancellationToken cancellationToken) =>
        (await FindAsync(cancellationToken).ConfigureAwait(false))?.GetDateTimeOffset(KeptFrom);

    /// <summary>Says that evidence of before a time may go from now on.</summary>
    /// <exception cref="StoreUnavailableException">The storage does not answer.</exception>
    public async ValueTask RaiseAsync(DateTimeOffset before, CancellationToken cancellationToken)
    {
        var day = new DateTimeOffset(before.UtcDateTime.Date.AddDays(1), TimeSpan.Zero);
        if (_known.At >= day)
        {
            return;
        }

        _known = new Known(await LostRace.RepeatAsync(
            "The mark of what was removed",
            async () =>
            {
                var read = await FindAsync(cancellationToken).ConfigureAwait(false);
                if (read?.GetDateTimeOffset(KeptFrom) is { } at && at >= day)
                {
                    return (true, at);
                }

                var row = new TableEntity(TableKeys.SettingPartition, TableKeys.RetentionRow) { [KeptFrom] = day };
                return (read is null
                    ? await tables.TryAddAsync(TableKeys.Settings, row, cancellationToken).ConfigureAwait(false)
                    : await tables.TryReplaceAsync(TableKeys.Settings, row, read, cancellationToken).ConfigureAwait(false), day);
            },
            cancellationToken).ConfigureAwait(false));
    }

    private ValueTask<TableEntity?> FindAsync(CancellationToken cancellationToken) =>
        tables.FindAsync(TableKeys.Settings, TableKeys.SettingPartition, TableKeys.RetentionRow, cancellationToken);

    private sealed record Known(DateTimeOffset At);
}
