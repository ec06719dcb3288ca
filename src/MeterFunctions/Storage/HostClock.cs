using Azure.Data.Tables;
using MeterFunctions.Hosting;
using Metering;
using Microsoft.Extensions.Options;

namespace MeterFunctions.Storage;

/// <summary>The machine's clock; or, on a test clock, the time that a row in the settings table holds for every instance.</summary>
/// <remarks>
/// Many instances write one license, so one wrong clock among them would bring it into the future for all (rule 2). An instance whose
/// clock is more than <see cref="StorageTime.MaxSkew"/> from the storage's counts nothing; others do. On a test clock the machine's time
/// counts for nothing, so it may be anything.
/// </remarks>
internal sealed class HostClock(
    MeterTables tables, TimeProvider time, StorageTime storage, IOptions<FunctionsOptions> options) : IMeterClock
{
    private const string Now = "Now";

    // Another instance may have set the test clock.
    private const long CachedMilliseconds = 250;

    private volatile Known? _known;

    /// <inheritdoc/>
    public bool IsTestClock { get; } = options.Value.TestClock;

    /// <inheritdoc/>
    /// <exception cref="StoreUnavailableException">The machine's clock is too far from the storage's.</exception>
    public DateTimeOffset UtcNow
    {
        get
        {
            if (!IsTestClock)
            {
                return storage.Problem is { } problem
                    ? throw new StoreUnavailableException(problem)
                    : UtcJsonConverter.WholeMilliseconds(time.GetUtcNow());
            }

            // Only on a test clock does reading the time wait for the storage.
            return _known is { } known && Environment.TickCount64 - known.Tick < CachedMilliseconds
                ? known.At
                : ReadAsync(CancellationToken.None).AsTask().GetAwaiter().GetResult();
        }
    }

    /// <summary>Now, as the license's writer takes it: on a test clock always as it was last set.</summary>
    /// <exception cref="StoreUnavailableException">The machine's clock is too far from the storage's.</exception>
    public async ValueTask<DateTimeOffset> ReadAsync(CancellationToken cancellationToken)
    {
        if (!IsTestClock)
        {
            await LookAgainAsync(cancellationToken).ConfigureAwait(false);
            return UtcNow;
        }

        var row = await FindAsync(cancellationToken).ConfigureAwait(false);
        if (row is null && tables.ReadsOnly)
        {
            return UtcJsonConverter.WholeMilliseconds(time.GetUtcNow());
        }

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

    /// <summary>Why this instance's clock is not to be trusted, for people; null when it is, and on a test clock.</summary>
    public async ValueTask<string?> ProblemAsync(CancellationToken cancellationToken)
    {
        if (IsTestClock)
        {
            return null;
        }

        await LookAgainAsync(cancellationToken).ConfigureAwait(false);
        return storage.Problem;
    }

    /// <inheritdoc/>
    public async ValueTask SetAsync(DateTimeOffset now, CancellationToken cancellationToken)
    {
        if (!IsTestClock)
        {
            throw new InvalidOperationException("The clock is not a test clock.");
        }

        // Whatever is there: whoever sets a clock sets it to a time, and not to what another one left and some more.
        var at = UtcJsonConverter.WholeMilliseconds(now);
        await tables.PutAsync(TableKeys.Settings, Row(at), cancellationToken).ConfigureAwait(false);
        _known = new Known(at, Environment.TickCount64);
    }

    // An instance that counts nothing asks the storage for nothing either, so nothing would tell it that its clock was put right.
    private async ValueTask LookAgainAsync(CancellationToken cancellationToken)
    {
        for (var look = 0; look < StorageTime.Agreeing && storage.Problem is not null; look++)
        {
            await FindAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    private ValueTask<TableEntity?> FindAsync(CancellationToken cancellationToken) =>
        tables.FindAsync(TableKeys.Settings, TableKeys.SettingPartition, TableKeys.ClockRow, cancellationToken);

    private static TableEntity Row(DateTimeOffset at) => new(TableKeys.SettingPartition, TableKeys.ClockRow) { [Now] = at };

    private sealed record Known(DateTimeOffset At, long Tick);
}
