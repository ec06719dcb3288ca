using System.Collections.Immutable;

namespace Metering.Reports;

/// <summary>What customers' bills are made of.</summary>
public sealed class BillingReports(ReportSources sources, ICatalogStore catalog)
{
    /// <summary>Most lines of one report.</summary>
    public const int MaxLines = 100_000;

    private const int AtOnce = 8;

    /// <summary>The bill of a customer.</summary>
    /// <param name="query">What is asked for.</param>
    /// <param name="now">Now, UTC.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <exception cref="ReportRefusedException">
    /// The span is not valid, the customer has no license, evidence was removed, or there are too many lines.
    /// </exception>
    public async ValueTask<BillingReport> ReportAsync(BillingQuery query, DateTimeOffset now, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(query);
        var to = query.To ?? now;
        var span = ReportSpan.Of(query.From ?? to.AddDays(-BillingQuery.DefaultDays), to);
        var withOpen = query.To is null || to > now;
        var licenses = await LicensesAsync(query.TenantId, cancellationToken).ConfigureAwait(false);
        var lines = ImmutableArray.CreateBuilder<BillingLine>();
        foreach (var together in licenses.Chunk(AtOnce))
        {
            var bills = together.Select(id => LicenseBill.ReadAsync(sources, id, span, now, withOpen, cancellationToken));
            foreach (var bill in await Task.WhenAll(bills).ConfigureAwait(false))
            {
                lines.AddRange(bill);
            }

            if (lines.Count > MaxLines)
            {
                throw TooMany();
            }
        }

        return new BillingReport
        {
            TenantId = query.TenantId,
            From = span.From,
            To = span.To,
            // After the late window, because until then late use may make a line for a period that has none.
            IsFinal = to + sources.Rules.LateWindow <= now && lines.All(line => line.Status == PeriodStatus.Final),
            Lines = lines.ToImmutable(),
            Totals = TotalsOf(lines),
        };
    }

    internal static ReportRefusedException TooMany() => ReportRefusedException.Field(
        "/from", $"would give more than {MaxLines} lines: ask for a shorter span, or make an export of billing");

    // By what they have or had, because the directory lists no deleted ones, and those are billed for their past. No feature ever leaves
    // the catalog.
    private async ValueTask<SortedSet<string>> LicensesAsync(string tenantId, CancellationToken cancellationToken)
    {
        var found = new SortedSet<string>(StringComparer.Ordinal);
        var known = await catalog.ReadAsync(cancellationToken).ConfigureAwait(false);
        foreach (var feature in known.Features.Keys.Append(Machines.FeatureCode).Distinct())
        {
            // All of them, because a license without a line counts for no limit.
            var holders = await sources.Directory.HoldersAsync(
                tenantId, feature, haveNow: false, ILicenseDirectory.MaxHolders, cancellationToken).ConfigureAwait(false);
            found.UnionWith(holders.Select(holder => holder.LicenseId));
        }

        if (found.Count == 0)
        {
            var page = await sources.Directory.ListAsync(tenantId, null, 1, cancellationToken).ConfigureAwait(false);
            return page.Items.Count > 0 ? found : throw new ReportRefusedException(ReportRefusal.NoLicense, "", "The tenant has no license.");
        }

        return found;
    }

    private static ImmutableArray<BillingTotal> TotalsOf(IEnumerable<BillingLine> lines) =>
    [
        .. lines.Where(line => line.PriceUnit is not null).GroupBy(line => line.PriceUnit!, StringComparer.Ordinal)
            .OrderBy(unit => unit.Key, StringComparer.Ordinal)
            .Select(unit => new BillingTotal(
                unit.Key, unit.Sum(line => line.Cost), unit.Sum(line => line.CreditDrawn ?? 0), unit.Count())),
    ];
}
