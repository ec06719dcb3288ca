namespace Metering.Reports;

/// <summary>
/// In which units the use of a span was charged. Rollups have costs and no unit, records of periods have a unit and no days. So for a
/// day on which prices changed their unit, or to which late use came after such a change, the unit comes from the ledger.
/// </summary>
internal sealed class CostUnits(ReportSources sources, LicenseEvidence evidence, ReportSpan span, UsageReading reading)
{
    private readonly HashSet<string> units = new(StringComparer.Ordinal);
    private readonly List<FeaturePeriod> records = [];

    private MeterState Meter => evidence.Meter;

    /// <summary>The unit of a meter's prices, for a span in which nothing was charged.</summary>
    public static IReadOnlySet<string> Of(MeterState meter) =>
        new HashSet<string>(meter.Terms.PriceUnit is { } unit ? [unit] : [], StringComparer.Ordinal);

    /// <summary>The units; all that may be, where too much of the ledger would be read.</summary>
    public async ValueTask<IReadOnlySet<string>> ReadAsync(CancellationToken cancellationToken)
    {
        await ReadRecordsAsync(cancellationToken).ConfigureAwait(false);
        var possible = new HashSet<string>(Of(Meter), StringComparer.Ordinal);
        possible.UnionWith(records.Select(record => record.PriceUnit!));
        if (possible.Count <= 1)
        {
            return possible;
        }

        var open = new List<DayRollup>();
        possible.Clear();
        foreach (var day in evidence.Rollups.Where(IsCharged))
        {
            var its = UnitsOf(day).Distinct(StringComparer.Ordinal).ToList();
            // Of a day that the span cuts, what was charged may lie outside.
            var isCut = ReportSpan.StartOf(day.Day) < span.From || ReportSpan.StartOf(day.Day.AddDays(1)) > span.To;
            if (isCut || its.Count > 1)
            {
                open.Add(day);
                possible.UnionWith(its);
            }
            else
            {
                units.UnionWith(its);
            }
        }

        // Two are known already: there is no one unit, whatever the other days were charged in.
        if (open.Count == 0 || units.Count > 1)
        {
            return units;
        }

        if (!reading.TakeForUnits(open.Sum(day => day.Count)))
        {
            units.UnionWith(possible);
            return units;
        }

        await DayEntries.ReadAsync(sources.Ledger, evidence, open, Take, cancellationToken).ConfigureAwait(false);
        return units;
    }

    // Those of the periods, and of their parts, that end after the span began; up to the period that reaches beyond it.
    private async ValueTask ReadRecordsAsync(CancellationToken cancellationToken)
    {
        string? cursor = null;
        do
        {
            var query = new PeriodQuery(span.From.AddMilliseconds(-1), reading.Now, cursor);
            var page = await sources.Ledger.PeriodsAsync(evidence.State.LicenseId, query, cancellationToken).ConfigureAwait(false);
            foreach (var record in page.Items.Where(record => record.FeatureCode == Meter.Feature.Code && record.PriceUnit is not null))
            {
                records.Add(record);

                if (!record.IsPart && IsLast(record, span.To))
                {
                    return;
                }
            }

            cursor = page.NextCursor;
        }
        while (cursor is not null);
    }

    private bool IsCharged(DayRollup day) => day.Cost != 0 && ReportSpan.StartOf(day.Day) is var start
        && start < span.To && start.AddDays(1) > span.From;

    // The units in which the use of a day may have been charged: that of the first record that ends after it, and those of records that
    // end within it. Late use is priced when it comes, so until the late window is over, the unit that follows a change is one too.
    private IEnumerable<string> UnitsOf(DayRollup day)
    {
        var (start, end) = (ReportSpan.StartOf(day.Day), ReportSpan.StartOf(day.Day.AddDays(1)));
        start = start > span.From ? start : span.From;
        end = end < span.To ? end : span.To;
        foreach (var record in records)
        {
            // At its end itself there is use of it only where an operator ended it, or its prices changed.
            if (record.Period.End < start || (record.Period.End == start && !record.Reset && !record.IsPart))
            {
                continue;
            }

            yield return record.PriceUnit!;
            if (IsLast(record, end))
            {
                yield break;
            }
        }

        if (Meter.Terms.PriceUnit is { } unit)
        {
            yield return unit;
        }
    }

    // Whether use until an instant was charged into no record after this one. A level's late use counts in the period that is open then.
    private bool IsLast(FeaturePeriod record, DateTimeOffset until) =>
        record.Period.End - (record.IsPart || Meter.Feature.IsLevel ? sources.Rules.LateWindow : TimeSpan.Zero) >= until;

    private void Take(DateOnly day, LedgerEntry entry)
    {
        if (entry.Day is not null && entry.Cost != 0 && span.Contains(DayEntries.Moment(entry)) && UnitOf(entry) is { } unit)
        {
            units.Add(unit);
        }
    }

    // Late use of a closed period has that one's prices; other use was charged into the record that was made next.
    private string? UnitOf(LedgerEntry entry)
    {
        var closed = records.Find(record => !record.IsPart && record.Period == entry.Period && entry.Period.End <= entry.At);
        var made = closed ?? records.Where(record => record.Sequence > entry.Sequence).MinBy(record => record.Sequence);
        return made is null ? Meter.Terms.PriceUnit : made.PriceUnit;
    }
}
