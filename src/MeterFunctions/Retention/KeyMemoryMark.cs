using Azure.Data.Tables;
using MeterFunctions.Storage;
using Metering;

namespace MeterFunctions.Retention;

/// <summary>
/// For how long keys and event ids were remembered, a row for all instances. It is written before any of them is removed, so whoever reads
/// it knows which may be missing though they would be remembered today.
/// </summary>
internal sealed class KeyMemoryMark(MeterTables tables)
{
    private const string CurrentDays = "CurrentDays";
    private const string BeforeDays = "BeforeDays";
    private const string Since = "Since";

    // What this instance has written. Its option does not change, so once is enough.
    private volatile bool _isNoted;

    /// <summary>For how long they were remembered; null when none was ever removed.</summary>
    /// <exception cref="StoreUnavailableException">The storage does not answer.</exception>
    public async ValueTask<KeyMemory?> ReadAsync(CancellationToken cancellationToken) =>
        await FindAsync(cancellationToken).ConfigureAwait(false) is { } row ? Read(row) : null;

    /// <summary>Says for how long they are remembered from now on.</summary>
    /// <exception cref="StoreUnavailableException">The storage does not answer.</exception>
    public async ValueTask NoteAsync(TimeSpan memory, DateTimeOffset now, CancellationToken cancellationToken)
    {
        if (_isNoted)
        {
            return;
        }

        _isNoted = await LostRace.RepeatAsync(
            "The mark of how long keys are remembered",
            async () =>
            {
                var read = await FindAsync(cancellationToken).ConfigureAwait(false);
                if (read is null)
                {
                    return (await tables.TryAddAsync(TableKeys.Settings, Row(KeyMemory.Always(memory)), cancellationToken)
                        .ConfigureAwait(false), true);
                }

                var (known, changed) = (Read(read), Read(read).Changed(memory, now));
                return (changed == known
                    || await tables.TryReplaceAsync(TableKeys.Settings, Row(changed), read, cancellationToken).ConfigureAwait(false), true);
            },
            cancellationToken).ConfigureAwait(false);
    }

    private static KeyMemory Read(TableEntity row) => new(
        TimeSpan.FromDays(row.GetInt32(CurrentDays) ?? 0),
        TimeSpan.FromDays(row.GetInt32(BeforeDays) ?? 0),
        row.GetDateTimeOffset(Since) ?? default);

    private static TableEntity Row(KeyMemory memory) => new(TableKeys.SettingPartition, TableKeys.KeyMemoryRow)
    {
        [CurrentDays] = memory.Current.Days,
        [BeforeDays] = memory.Before.Days,
        [Since] = memory.Since,
    };

    private ValueTask<TableEntity?> FindAsync(CancellationToken cancellationToken) =>
        tables.FindAsync(TableKeys.Settings, TableKeys.SettingPartition, TableKeys.KeyMemoryRow, cancellationToken);
}
