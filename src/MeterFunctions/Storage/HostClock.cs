using Azure.Data.Tables;
using MeterFunctions.Hosting;
using Metering;
using Microsoft.Extensions.Options;

namespace MeterFunctions.Storage;

/// <summary>The machine's clock; or, on a test clock, the time that a row in the settings table holds for every instance.</summary>
/// <remarks>
/// Many instances write one license, so one wrong clock among them would bring it into the future for all (rule 2). An instance whose
/// clock is more than <see cref="MaxAhead"/> from the storage's counts nothing; others do.
/// </remarks>
internal sealed class HostClock(
    MeterTables tables, TimeProvider time, StorageTime storage, IOptions<FunctionsOptions> options) : IMeterClock
{
    /// <summary>How far the instance's clock may be from the storage's.</summary>
    public static readonly TimeSpan MaxAhead = TimeSpan.FromDays(7);

    private const string Now = "Now";

    // Another instance may have set the test clock.
    private const long CachedMilliseconds = 250;

    private volatile Known? _known;

    /// <inheritdoc/>
    public bool IsTestClock { get; } = options.Value.TestClock;

    /// <inheritdoc/>
    public DateTimeOffset UtcNow
    {
        get
        {
            if (!IsTestClock)
            {
                return storage.Ahead.Duration() <= MaxAhead
                    ? UtcJsonConverter.WholeMilliseconds(time.GetUtcNow())
                    : throw new StoreUnavailableException(
                        $"The clock of this instance is {storage.Ahead.TotalDays:F0} days ahead of the storage's. It counts nothing until they agree.");
            }

            // Only on a test clock does reading the time wait for the storage.
            return _known is { } known && Environment.TickCount64 - known.Tick < CachedMilliseconds
                ? known.At
                : ReadAsync(CancellationToken.None).AsTask().GetAwaiter().GetResult();
        }
    }

    /// <summary>Now, as the license's writer takes it: on a test clock always as it was last set.</summary>
    public async ValueTask<DateTimeOffset> ReadAsync(CancellationToken cancellationToken)
    {
        if (!IsTestClock)
        {
            return UtcNow;
        }

        var row = await FindAsync(cancellationToken).ConfigureAwait(false);
        if (row is null)
        {
            // It stands at the time of the first look, for whoever looks first.
            await tables.TryAddAsync(TableKeys.Settings, Row(UtcJsonConverter.WholeMilliseconds(time.GetUtcNow())), cancellationToken)
                .ConfigureAwait(false);
            row = await FindAsync(cancellationToken).ConfigureAwait(false)
                ?? throw new StoreUnavailableException("The test clock cannot be read.");
        }

        var at = UtcJsonConverter.WholeMilliseconds(row.GetDateTimeOffset(Now)!.Value);
        _known = new Known(at, Environment.TickCount64);
        return at;
    }

    /// <inheritdoc/>
    public async ValueTask SetAsync(DateTimeOffset now, CancellationToken cancellationToken)
    {
        if (!IsTestClock)
        {
            throw new InvalidOperationException("The clock is not a test clock.");
        }

        var at = UtcJsonConverter.WholeMilliseconds(now);
        await tables.PutAsync(TableKeys.Settings, Row(at), cancellationToken).ConfigureAwait(false);
        _known = new Known(at, Environment.TickCount64);
    }

    private ValueTask<TableEntity?> FindAsync(CancellationToken cancellationToken) =>
        tables.FindAsync(TableKeys.Settings, TableKeys.SettingPartition, TableKeys.ClockRow, cancellationToken);

    private static TableEntity Row(DateTimeOffset at) => new(TableKeys.SettingPartition, TableKeys.ClockRow) { [Now] = at };

    private sealed record Known(DateTimeOffset At, long Tick);
}
