namespace Metering.Reports;

/// <summary>What customers used.</summary>
public sealed class UsageReports(ReportSources sources)
{
    /// <summary>Most licenses that one report is made of.</summary>
    public const int MaxLicenses = 10_000;

    /// <summary>Licenses that are read side by side: on a host whose reads are requests, one after the other would take seconds.</summary>
    private const int AtOnce = 8;

    /// <summary>What a customer used of a metric in a span.</summary>
    /// <param name="query">What is asked for.</param>
    /// <param name="now">Now, UTC.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <exception cref="ReportRefusedException">The span is not valid, nobody has the metric, or too much would be read.</exception>
    public async ValueTask<UsageSummary> SummaryAsync(UsageQuery query, DateTimeOffset now, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(query);
        // One more than is told, to see that there are too many.
        var holders = await sources.Directory.HoldersAsync(query.TenantId, query.Metric, false, MaxLicenses + 1, cancellationToken)
            .ConfigureAwait(false);
        if (holders.Count == 0)
        {
            throw ReportRefusedException.Unknown("The tenant has no license with this feature.");
        }

        if (holders.Count > MaxLicenses)
        {
            throw new ReportRefusedException(
                ReportRefusal.Invalid, "", $"The tenant has more than {MaxLicenses} licenses with this feature: make an export.");
        }

        var span = await SpanAsync(query, holders, now, cancellationToken).ConfigureAwait(false);
        if (query.Granularity == Granularity.Hour)
        {
            Buckets.CheckHours(span);
        }

        var reading = new UsageReading(query, now);
        var made = new UsageSum(reading);

        // By days, whatever the parts are: a license that came after them is none of the span, though its first period may begin in it.
        var end = span.WholeDays().To;
        var due = holders.Where(holder => holder.CreatedAt < end).Select(holder => holder.LicenseId).ToList();
        foreach (var together in due.Chunk(AtOnce))
        {
            var folds = together.Select(id => LicenseFold.ReadAsync(sources, id, span, reading, cancellationToken));
            foreach (var fold in await Task.WhenAll(folds).ConfigureAwait(false))
            {
                if (fold is not null)
                {
                    made.Add(fold);
                }
            }
        }

        return made.ToSummary(span);
    }

    private async ValueTask<ReportSpan> SpanAsync(
        UsageQuery query, IReadOnlyList<MetricHolder> holders, DateTimeOffset now, CancellationToken cancellationToken)
    {
        if (query.From is { } from)
        {
            return ReportSpan.Of(from, query.To ?? (now > from ? now : from));
        }

        return query.To is { } to
            ? ReportSpan.Of(to.AddDays(-UsageQuery.DefaultDays), to)
            : await OpenPeriodAsync(query.Metric, holders, now, cancellationToken).ConfigureAwait(false);
    }

    // From the earliest beginning of an open period until now, which the buckets round up: days to come would be nothing but zeros. Of
    // licenses that have the feature now, if any has.
    private async ValueTask<ReportSpan> OpenPeriodAsync(
        string metric, IReadOnlyList<MetricHolder> holders, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var from = now;
        var kept = DateTimeOffset.MinValue;
        var having = holders.Any(holder => holder.HasNow) ? holders.Where(holder => holder.HasNow) : holders;
        foreach (var together in having.Chunk(AtOnce))
        {
            var states = together.Select(holder => sources.Meters.ReadAsync(holder.LicenseId, cancellationToken).AsTask());
            foreach (var state in await Task.WhenAll(states).ConfigureAwait(false))
            {
                if (state?.FindMeter(metric) is not { } meter)
                {
                    continue;
                }

                var period = OpenPeriods.At(meter, state, now);
                from = period.Start < from ? period.Start : from;
                if (await sources.Ledger.KeptFromAsync(state.LicenseId, cancellationToken).ConfigureAwait(false) is { } its && its > kept)
                {
                    kept = its;
                }
            }
        }

        // Nobody asked for what was removed, so it begins with the first whole day that is kept.
        var first = Later(kept > from ? new ReportSpan(from, kept).WholeDays().To : from, now.AddDays(1 - ReportSpan.MaxDays));

        // A tick more, so that the bucket that begins now is in it.
        return new ReportSpan(first, now.AddTicks(1));
    }

    private static DateTimeOffset Later(DateTimeOffset one, DateTimeOffset other) => one > other ? one : other;
}
