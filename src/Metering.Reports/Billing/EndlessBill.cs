namespace Metering.Reports;

/// <summary>
/// The part of a bill that a feature's use comes to which is billed by days: from rollups, and from the ledger on days of which periods, or
/// prices in another unit, have a part too.
/// </summary>
internal sealed class EndlessBill(
    ReportSources sources, LicenseState state, MeterState meter, EndlessSpan endless, DateTimeOffset now)
{
    /// <summary>What the use comes to on days that end in a span; null where there is nothing to tell.</summary>
    /// <param name="days">Whole days.</param>
    /// <param name="cancellationToken">Stops it.</param>
    public async ValueTask<BillingLine?> PartAsync(ReportSpan days, CancellationToken cancellationToken)
    {
        // What it took over is told with the day on which it did, and with no other: that day is in one span alone.
        var begun = new ReportSpan(endless.Since, endless.Since).WholeDays().To;
        var from = begun > days.From ? endless.Begin : new LedgerPlace(days.From);
        var to = endless.End is { } end && end < new LedgerPlace(days.To) ? end : new LedgerPlace(days.To);
        if (begun > days.To || from >= to)
        {
            return null;
        }

        if (ReportSpan.Floor(state.CreatedAt) is var created && created > from.At)
        {
            from = new LedgerPlace(created);
        }

        // The day of the last instant too, where entries of it belong to the line.
        var touched = new ReportSpan(
            TakesLate(from) ? from.At - sources.Rules.LateWindow : from.At, to.Entry > 0 ? to.At.AddTicks(1) : to.At);
        var evidence = await LicenseEvidence.ReadAsync(sources.Ledger, state, meter, touched.WholeDays(), cancellationToken)
            .ConfigureAwait(false);
        var tally = new UsageTally(touched);
        var line = new LevelLine(evidence, now);
        await FoldAsync(from, to, evidence, tally, line, cancellationToken).ConfigureAwait(false);
        var used = meter.Feature.IsLevel ? line.At(to) : tally.Sum;
        if (tally.Count == 0 && used == 0)
        {
            return null;
        }

        var apart = begun > days.From && endless.HasTakenOver ? await BilledApartAsync(cancellationToken).ConfigureAwait(false) : 0;

        // Without plan and limit: those of today may not be those of then, and a final line must not change with them.
        return new BillingLine
        {
            LicenseId = state.LicenseId,
            FeatureCode = meter.Feature.Code,
            PeriodStart = from.At,
            PeriodEnd = to.At,
            Status = to.At > now ? PeriodStatus.Open : to.At + sources.Rules.LateWindow > now ? PeriodStatus.Closed : PeriodStatus.Final,
            IsPart = true,
            Used = used,
            Overage = tally.Overage,
            Cost = tally.Cost - apart,
            PriceUnit = endless.PriceUnit,
        };
    }

    // What the use that it took over cost until the unit of prices changed: rollups have it among all other costs of their days.
    private async ValueTask<decimal> BilledApartAsync(CancellationToken cancellationToken)
    {
        var (cost, cursor) = (0m, (string?)null);
        do
        {
            // A millisecond earlier, because what ends at the beginning of a span of records is not in it.
            var query = new PeriodQuery(endless.From.AddMilliseconds(-1), endless.Since, cursor);
            var page = await sources.Ledger.PeriodsAsync(state.LicenseId, query, cancellationToken).ConfigureAwait(false);
            cost += page.Items.Where(part => part.FeatureCode == meter.Feature.Code && endless.TookOver(part)).Sum(part => part.Cost);
            cursor = page.NextCursor;
        }
        while (cursor is not null);

        return cost;
    }

    private async ValueTask FoldAsync(
        LedgerPlace from, LedgerPlace to, LicenseEvidence evidence, UsageTally tally, LevelLine line, CancellationToken cancellationToken)
    {
        var cut = new List<DayRollup>();
        foreach (var rollup in evidence.Rollups)
        {
            var start = new LedgerPlace(ReportSpan.StartOf(rollup.Day));
            var end = new LedgerPlace(start.At.AddDays(1));
            if (start >= from && end <= to && !LeavesLate(end.At))
            {
                tally.Add(rollup);
            }
            else if (start < to && (end > from || TakesLate(from)))
            {
                cut.Add(rollup);
            }
        }

        if (cut.Count == 0)
        {
            return;
        }

        await DayEntries.ReadAsync(sources.Ledger, evidence, cut, Take, cancellationToken).ConfigureAwait(false);
        line.Order();

        void Take(DateOnly day, LedgerEntry entry)
        {
            line.Take(day, entry);
            if (entry.Day is not null && DayEntries.Place(entry) is var place && place < to && (place >= from || TakesLate(from))
                && IsCharged(entry))
            {
                tally.Add(entry);
            }
        }
    }

    // A level's late use changes the level when it happened, and is charged in the period that is open when it comes: so what happened just
    // before the period that was taken over may be of this line, and what happened just before the end may be of the next period.
    private bool TakesLate(LedgerPlace from) => meter.Feature.IsLevel && endless.HasTakenOver && from == endless.Begin;

    private bool LeavesLate(DateTimeOffset end) =>
        meter.Feature.IsLevel && endless.UntilEntry == 0 && end > endless.Until - sources.Rules.LateWindow;

    private bool IsCharged(LedgerEntry entry) => !meter.Feature.IsLevel
        || (new LedgerPlace(entry.At, entry.Sequence) is var at && at >= endless.Begin && !(at >= endless.End));
}
