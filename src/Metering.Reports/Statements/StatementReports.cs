using System.Collections.Immutable;

namespace Metering.Reports;

/// <summary>Statements of licenses.</summary>
public sealed class StatementReports(ReportSources sources)
{
    /// <summary>How many days a statement spans where nobody says.</summary>
    public const int DefaultDays = 31;

    /// <summary>The statement of a license, deleted or not.</summary>
    /// <param name="licenseId">The license.</param>
    /// <param name="from">From when, UTC; null: 31 days before <paramref name="to"/>.</param>
    /// <param name="to">Until when, UTC; null: until now.</param>
    /// <param name="withEntries">
    /// Whether to include balances and entries. Without them, the ledger entries of the span are not read, and may be any number.
    /// </param>
    /// <param name="now">Now, UTC.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <exception cref="ReportRefusedException">
    /// There is no such license, the span is not valid, or its evidence was removed or is too much.
    /// </exception>
    public async ValueTask<Statement> StatementAsync(
        string licenseId,
        DateTimeOffset? from,
        DateTimeOffset? to,
        bool withEntries,
        DateTimeOffset now,
        CancellationToken cancellationToken)
    {
        // To the end of the millisecond that is now: what happened in it is in the statement too.
        var until = to ?? now.AddMilliseconds(1);
        var span = ReportSpan.Of(from ?? until.AddDays(-DefaultDays), until);
        if (await sources.Meters.ReadAsync(licenseId, cancellationToken).ConfigureAwait(false) is not { } state)
        {
            throw new ReportRefusedException(ReportRefusal.NoLicense, "", $"There is no license {licenseId}.");
        }

        await RetentionCheck.AssertKeptAsync(sources.Ledger, state, span.From, cancellationToken).ConfigureAwait(false);
        var statement = new Statement
        {
            LicenseId = state.LicenseId,
            TenantId = state.TenantId,
            From = span.From,
            To = span.To,
            Periods = await PeriodsAsync(state, span, now, cancellationToken).ConfigureAwait(false),
            Grants = GrantsOf(state, span, now),
        };
        if (!withEntries)
        {
            return statement;
        }

        var ledger = new StatementLedger(sources.Ledger, state);
        await ledger.ReadAsync(span, cancellationToken).ConfigureAwait(false);
        return statement with
        {
            Balances = await ledger.BalancesAsync(span, cancellationToken).ConfigureAwait(false),
            Entries = ledger.Entries,
            EntriesLeftOut = ledger.LeftOut,
        };
    }

    private async ValueTask<ImmutableArray<PeriodStatement>> PeriodsAsync(
        LicenseState state, ReportSpan span, DateTimeOffset now, CancellationToken cancellationToken)
    {
        // Up to now, because the period after the last one of the span says what that one left over.
        var periods = new List<FeaturePeriod>();
        string? cursor = null;
        do
        {
            var query = new PeriodQuery(span.From, now > span.To ? now : span.To, cursor);
            var page = await sources.Ledger.PeriodsAsync(state.LicenseId, query, cancellationToken).ConfigureAwait(false);
            periods.AddRange(page.Items);
            cursor = page.NextCursor;
        }
        while (cursor is not null);

        periods.AddRange(
            LicenseMeter.Periods(state, now, sources.Rules).Where(period => period.Status == PeriodStatus.Open));
        var told = ImmutableArray.CreateBuilder<PeriodStatement>();
        foreach (var feature in periods.GroupBy(period => period.FeatureCode, StringComparer.Ordinal))
        {
            // By end: a period that a changed reset interval opened may have begun before the one that it followed.
            var its = feature.Order(Comparer<FeaturePeriod>.Create(FeaturePeriod.Compare)).ToList();
            for (var i = 0; i < its.Count; i++)
            {
                if (its[i].Period.Start < span.To && (its[i].Period.Start != its[i].Period.End || its[i].Cost != 0))
                {
                    told.Add(PeriodStatement.Of(its[i], its.Skip(i + 1).FirstOrDefault(next => !next.IsPart)?.RolledIn));
                }
            }
        }

        return
        [
            .. told.OrderBy(period => period.FeatureCode, StringComparer.Ordinal).ThenBy(period => period.Start)
                .ThenBy(period => period.End ?? DateTimeOffset.MaxValue),
        ];
    }

    private ImmutableArray<GrantStatement> GrantsOf(LicenseState state, ReportSpan span, DateTimeOffset now) =>
    [
        .. LicenseMeter.Grants(state, now, sources.Rules)
            .Where(grant => grant.EffectiveAt < span.To && !(grant.EndedAt < span.From))
            .Select(grant => new GrantStatement(
                grant.Id, grant.FeatureCode, grant.Granted, grant.Used, grant.Lapsed, grant.Granted - grant.Used - grant.Lapsed,
                grant.Status, grant.EffectiveAt, grant.ExpiresAt)),
    ];
}
