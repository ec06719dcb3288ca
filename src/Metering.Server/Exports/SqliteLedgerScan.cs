using System.Runtime.CompilerServices;
using Metering.Reports;
using Metering.Server.Engine;
using Metering.Server.Storage;
using Metering.Server.Stores;

namespace Metering.Server.Exports;

/// <summary>
/// Reads the entries of many licenses from the store in big steps. Each step is a short read of its own beside the one who writes: a read
/// that stood open for minutes would keep SQLite from ever shortening its log.
/// </summary>
internal sealed class SqliteLedgerScan(MeterEngine engine) : ILedgerScan
{
    /// <summary>Entries of a step, about; they take some megabytes.</summary>
    private const int StepEntries = 4_000;

    /// <summary>Licenses of a step: looking for the entries of each costs, even if there are none.</summary>
    private const int StepLicenses = 200;

    /// <inheritdoc/>
    public async IAsyncEnumerable<LedgerPart> ReadAsync(
        IReadOnlyList<string> licenseIds, ExportSpan span, long after, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        // What was acknowledged may still be in the journal alone, and evidence must show it (rule 9).
        await engine.FlushAsync();
        var next = StepAsync(new Place(0, after, null), licenseIds, span, cancellationToken);
        try
        {
            while (next is not null)
            {
                var (parts, place) = await next;

                // The next step is read while whoever asked works on this one.
                next = place is null ? null : StepAsync(place, licenseIds, span, cancellationToken);
                foreach (var part in parts)
                {
                    yield return part;
                }
            }
        }
        finally
        {
            if (next is not null)
            {
                // Whoever stops in the middle has no use for it; but it must be over before the store is closed.
                await Task.WhenAny(next);
            }
        }
    }

    /// <inheritdoc/>
    // Entries and rollups go together, by whole days, and the mark is written before the first of them goes.
    public ValueTask<DateTimeOffset?> KeptFromAsync(CancellationToken cancellationToken) => engine.Readers.ReadAsync(
        store => Marks.Read(store, Marks.RollupsFrom) is > 0 and var day
            ? new DateTimeOffset(DateOnly.FromDayNumber((int)day).ToDateTime(TimeOnly.MinValue), TimeSpan.Zero)
            : (DateTimeOffset?)null,
        cancellationToken);

    private Task<(List<LedgerPart> Parts, Place? Next)> StepAsync(
        Place place, IReadOnlyList<string> licenses, ExportSpan span, CancellationToken cancellationToken) =>
        Task.Run(
            () => engine.Readers.ReadAsync(store => Step(store, place, licenses, span), cancellationToken).AsTask(), cancellationToken);

    private static (List<LedgerPart> Parts, Place? Next) Step(Database store, Place place, IReadOnlyList<string> licenses, ExportSpan span)
    {
        var parts = new List<LedgerPart>();
        var (entries, seen) = (0, 0);
        var (index, sequence, reading) = place;
        while (index < licenses.Count && entries < StepEntries && seen < StepLicenses)
        {
            reading ??= LicenseReading.Open(store, licenses[index], span);
            if (reading is not null && reading.Read(store, ref sequence, StepEntries - entries) is { } part)
            {
                entries += part.Entries.Count;
                parts.Add(part);
                continue;
            }

            (index, sequence, reading) = (index + 1, 0, null);
            seen++;
        }

        return (parts, index < licenses.Count ? new Place(index, sequence, reading) : null);
    }

    /// <summary>Where a step begins.</summary>
    /// <param name="Index">Which license.</param>
    /// <param name="Sequence">The last entry that was read of it; 0: none was.</param>
    /// <param name="Reading">How it is read; null: it was not begun.</param>
    private sealed record Place(int Index, long Sequence, LicenseReading? Reading);
}
