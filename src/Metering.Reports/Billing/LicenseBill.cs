namespace Metering.Reports;

/// <summary>
/// The lines of one license: periods that end in the span, each in the one span in which it ends; where a period never ends, its days take
/// their place.
/// </summary>
internal sealed class LicenseBill(ReportSources sources, LicenseState state, ReportSpan span, DateTimeOffset now, bool withOpen, int most)
{
    private static readonly Comparer<BillingLine> Order = Comparer<BillingLine>.Create(Compare);

    /// <summary>The lines of a license, in order; none where it has no state.</summary>
    /// <exception cref="ReportRefusedException">A part of the evidence was removed.</exception>
    public static async Task<List<BillingLine>> ReadAsync(
        ReportSources sources, string licenseId, ReportSpan span, DateTimeOffset now, bool withOpen, CancellationToken cancellationToken)
    {
        var state = await sources.Meters.ReadAsync(licenseId, cancellationToken).ConfigureAwait(false);
        if (state is null || state.CreatedAt > span.To)
        {
            return [];
        }

        await RetentionCheck.AssertKeptAsync(sources.Ledger, state, span.From, cancellationToken).ConfigureAwait(false);
        var bill = new LicenseBill(sources, state, span, now, withOpen, BillingReports.MaxLines);
        return await bill.LinesAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>The lines of a license's periods that have ended, in order, where the evidence is known to be kept.</summary>
    public static async Task<List<BillingLine>> ReadKeptAsync(
        ReportSources sources, string licenseId, ReportSpan span, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var state = await sources.Meters.ReadAsync(licenseId, cancellationToken).ConfigureAwait(false);
        return state is null || state.CreatedAt > span.To
            ? []
            : await new LicenseBill(sources, state, span, now, false, int.MaxValue).LinesAsync(cancellationToken).ConfigureAwait(false);
    }

    private async ValueTask<List<BillingLine>> LinesAsync(CancellationToken cancellationToken)
    {
        var lines = new List<BillingLine>();
        string? cursor = null;
        do
        {
            var page = await sources.Ledger.PeriodsAsync(
                state.LicenseId, new PeriodQuery(span.From, span.To, cursor), cancellationToken).ConfigureAwait(false);

            // Two resets in one millisecond leave a period of no length behind, in which nearly always nothing was used.
            lines.AddRange(page.Items
                .Where(period => (period.Period.Start < period.Period.End || period.Used != 0 || period.Cost != 0) && !IsByDay(period))
                .Select(period => BillingLine.Of(state.LicenseId, period)));
            if (lines.Count > most)
            {
                throw BillingReports.TooMany();
            }

            cursor = page.NextCursor;
        }
        while (cursor is not null);

        if (withOpen && !state.Deleted)
        {
            lines.AddRange(LicenseMeter.Periods(state, now, sources.Rules)
                .Where(period => period is { Status: PeriodStatus.Open, Period.End: not null } && period.Period.Start <= span.To
                    && !IsByDay(period))
                .Select(period => BillingLine.Of(state.LicenseId, period)));
        }

        foreach (var meter in state.Meters)
        {
            foreach (var endless in meter.Endless)
            {
                if (await new EndlessBill(sources, state, meter, endless, now).PartAsync(Days, cancellationToken).ConfigureAwait(false)
                    is { } part)
                {
                    lines.Add(part);
                }
            }
        }

        lines.Sort(Order);
        return lines;
    }

    // The days that end in the span, as periods do, so that consecutive spans have each day once; with those that are open, today too.
    private ReportSpan Days =>
        new(ReportSpan.Floor(span.From), withOpen ? new ReportSpan(now, now).WholeDays().To : ReportSpan.Floor(span.To));

    // Its days have been billed, or will be: the whole of it would be billed a second time.
    private bool IsByDay(FeaturePeriod period) =>
        state.FindMeter(period.FeatureCode) is { } meter
        && meter.Endless.Any(endless => endless.Has(period)) && !meter.Endless.Any(endless => endless.TookOver(period));

    private static int Compare(BillingLine one, BillingLine other)
    {
        var byEnd = one.PeriodEnd.CompareTo(other.PeriodEnd);
        var byFeature = byEnd != 0 ? byEnd : string.CompareOrdinal(one.FeatureCode, other.FeatureCode);
        var byStart = byFeature != 0 ? byFeature : one.PeriodStart.CompareTo(other.PeriodStart);
        var byKind = byStart != 0 ? byStart : one.IsPart.CompareTo(other.IsPart);
        return byKind != 0 ? byKind : string.CompareOrdinal(one.PriceUnit, other.PriceUnit);
    }
}
