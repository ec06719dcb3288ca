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
        var from = begun > days.From ? endless.From : days.From;
        var to = endless.Until < days.To ? endless.Until.Value : days.To;
        if (begun > days.To || from >= to)
        {
            return null;
        }

        if (ReportSpan.Floor(state.CreatedAt) is var created && created > from)
        {
            from = created;
        }

        var span = new ReportSpan(from, to);
        var evidence = await LicenseEvidence.ReadAsync(sources.Ledger, state, meter, span.WholeDays(), cancellationToken)
            .ConfigureAwait(false);
        var tally = new UsageTally(span);
        var line = new LevelLine(evidence, now);
        await FoldAsync(span, evidence, tally, line, cancellationToken).ConfigureAwait(false);
        var used = meter.Feature.IsLevel ? line.At(to) : tally.Sum;
        if (tally.Count == 0 && used == 0)
        {
            return null;
        }

        var apart = from < endless.Since ? await BilledApartAsync(cancellationToken).ConfigureAwait(false) : 0;

        // Without plan and limit: those of today may not be those of then, and a final line must not change with them.
        return new BillingLine
        {
            LicenseId = state.LicenseId,
            FeatureCode = meter.Feature.Code,
            PeriodStart = from,
            PeriodEnd = to,
            Status = to > now ? PeriodStatus.Open : to + sources.Rules.LateWindow > now ? PeriodStatus.Closed : PeriodStatus.Final,
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
        ReportSpan span, LicenseEvidence evidence, UsageTally tally, LevelLine line, CancellationToken cancellationToken)
    {
        var cut = new List<DayRollup>();
        foreach (var rollup in evidence.Rollups)
        {
            var start = ReportSpan.StartOf(rollup.Day);
            if (start >= span.From && start.AddDays(1) <= span.To)
            {
                tally.Add(rollup);
            }
            else if (start < span.To && start.AddDays(1) > span.From)
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
            if (entry.Day is not null && span.Contains(DayEntries.Moment(entry)))
            {
                tally.Add(entry);
            }
        }
    }
}
