using System.Collections.Immutable;

namespace Metering.Reports;

/// <summary>
/// Works out what changed between a provisional file and the final one, while the final one is written. Both have licenses in the same
/// order, so what it holds in memory are the days of one license.
/// </summary>
internal sealed class AdjustmentBook(ReportRows report, IRowReader before, Func<CancellationToken, ValueTask<IRowWriter>> openRest)
{
    internal static readonly ImmutableArray<ExportColumn> Columns =
    [
        new("license_id", ColumnType.Text), new("feature_code", ColumnType.Text), new("day", ColumnType.Day), new("unit", ColumnType.Text),
        new("count", ColumnType.Whole), new("amount", ColumnType.Number), new("overage", ColumnType.Number), new("cost", ColumnType.Number),
    ];

    private readonly SortedDictionary<(string FeatureCode, DateOnly Day, string Unit), UsageSums> _sums = new(ByFeature.Instance);
    private readonly ImmutableArray<ExportAdjustment>.Builder _items = ImmutableArray.CreateBuilder<ExportAdjustment>();
    private readonly ExportRow _row = new(report.Columns);
    private readonly ExportRow _written = new(Columns);
    private IRowWriter? _rest;
    private string? _license;
    private bool _read;
    private bool _ended;

    /// <summary>Goes on where another has stopped, with a reader that is at the beginning.</summary>
    internal async ValueTask ResumeAsync(AdjustmentMark mark, IRowWriter? rest, CancellationToken cancellationToken)
    {
        (_license, Count, _rest) = (mark.LicenseId, mark.Count, rest);
        _items.AddRange(mark.Items);
        foreach (var one in mark.Sums)
        {
            _sums[(one.FeatureCode, one.Day, one.Unit ?? "")] = new UsageSums(one.Count, one.Amount, one.Overage, one.Cost);
        }

        // Rows of the licenses before it were compared.
        while (await PeekAsync(cancellationToken).ConfigureAwait(false) is { } next && string.CompareOrdinal(next, _license) < 0)
        {
            _read = false;
        }
    }

    /// <summary>How far it has come.</summary>
    /// <param name="rest">The file with what a manifest has no room for.</param>
    internal AdjustmentMark Suspend(FileMark? rest) => new(
        _license, [.. _sums.Select(one => Adjustment(_license!, one.Key, one.Value))], Count, _items.ToImmutable(), rest);

    /// <summary>How many there are so far.</summary>
    internal long Count { get; private set; }

    internal ImmutableArray<ExportAdjustment> Items => _items.ToImmutable();

    /// <summary>What writes those beyond the most that a manifest lists; null where there are none.</summary>
    internal IRowWriter? Rest => _rest;

    /// <summary>Takes the next row of the final file.</summary>
    internal async ValueTask TakeAsync(string licenseId, RowCount count, CancellationToken cancellationToken)
    {
        if (licenseId != _license)
        {
            await CloseAsync(cancellationToken).ConfigureAwait(false);

            // Licenses that have rows in the provisional file alone.
            await CatchUpAsync(licenseId, cancellationToken).ConfigureAwait(false);
            _license = licenseId;
        }

        Add(count, +1);
    }

    /// <summary>Ends it: what is left of the provisional file has no rows in the final one.</summary>
    internal async ValueTask CompleteAsync(CancellationToken cancellationToken)
    {
        await CloseAsync(cancellationToken).ConfigureAwait(false);
        await CatchUpAsync(null, cancellationToken).ConfigureAwait(false);
        if (_rest is not null)
        {
            await _rest.CompleteAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    // All licenses before this one; null: all.
    private async ValueTask CatchUpAsync(string? licenseId, CancellationToken cancellationToken)
    {
        while (await PeekAsync(cancellationToken).ConfigureAwait(false) is { } next
            && (licenseId is null || string.CompareOrdinal(next, licenseId) < 0))
        {
            _license = next;
            await CloseAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    private async ValueTask<string?> PeekAsync(CancellationToken cancellationToken)
    {
        if (!_read && !_ended)
        {
            _read = await before.ReadAsync(_row, cancellationToken).ConfigureAwait(false);
            _ended = !_read;
        }

        return _read ? _row.Text(report.Key[0]) : null;
    }

    private async ValueTask CloseAsync(CancellationToken cancellationToken)
    {
        if (_license is null)
        {
            return;
        }

        while (await PeekAsync(cancellationToken).ConfigureAwait(false) == _license)
        {
            if (report.TryCount(_row, out var count))
            {
                Add(count, -1);
            }

            _read = false;
        }

        foreach (var (key, sums) in _sums)
        {
            if (!sums.IsNothing)
            {
                await TellAsync(Adjustment(_license, key, sums), cancellationToken).ConfigureAwait(false);
            }
        }

        _sums.Clear();
        _license = null;
    }

    private static ExportAdjustment Adjustment(
        string licenseId, (string FeatureCode, DateOnly Day, string Unit) key, in UsageSums sums) => new(
            licenseId, key.FeatureCode, key.Day, key.Unit.Length == 0 ? null : key.Unit,
            sums.Count, sums.Amount, sums.Overage, sums.Cost);

    private void Add(in RowCount count, int sign)
    {
        var key = (count.FeatureCode, count.Day, count.Unit ?? "");
        var known = _sums.GetValueOrDefault(key);
        _sums[key] = sign > 0 ? known.Plus(count.Sums) : known.Minus(count.Sums);
    }

    private async ValueTask TellAsync(ExportAdjustment one, CancellationToken cancellationToken)
    {
        Count++;
        if (_items.Count < ExportAdjustments.MaxItems)
        {
            _items.Add(one);
            return;
        }

        _rest ??= await openRest(cancellationToken).ConfigureAwait(false);
        _written.SetText(0, one.LicenseId);
        _written.SetText(1, one.FeatureCode);
        _written.SetDay(2, one.Day);
        _written.SetText(3, one.Unit);
        _written.SetWhole(4, one.Count);
        _written.SetNumber(5, one.Amount);
        _written.SetNumber(6, one.Overage);
        _written.SetNumber(7, one.Cost);
        await _rest.WriteAsync(_written, cancellationToken).ConfigureAwait(false);
    }

    private sealed class ByFeature : IComparer<(string FeatureCode, DateOnly Day, string Unit)>
    {
        internal static readonly ByFeature Instance = new();

        public int Compare((string FeatureCode, DateOnly Day, string Unit) x, (string FeatureCode, DateOnly Day, string Unit) y)
        {
            var feature = string.CompareOrdinal(x.FeatureCode, y.FeatureCode);
            var day = feature != 0 ? feature : x.Day.CompareTo(y.Day);
            return day != 0 ? day : string.CompareOrdinal(x.Unit, y.Unit);
        }
    }
}
