using System.Collections.Immutable;

namespace Metering.Reports;

/// <summary>Walks a license's entries of a span once, for its balances and for what explains them.</summary>
internal sealed class StatementLedger(ILedger ledger, LicenseState state)
{
    private const int MaxListed = 500;

    private readonly ImmutableArray<StatementEntry>.Builder entries = ImmutableArray.CreateBuilder<StatementEntry>();
    private readonly Dictionary<string, BalanceStatement> balances = new(StringComparer.Ordinal);

    public long LeftOut { get; private set; }

    public ImmutableArray<StatementEntry> Entries => entries.ToImmutable();

    /// <exception cref="ReportRefusedException">There are too many entries.</exception>
    public async ValueTask ReadAsync(ReportSpan span, CancellationToken cancellationToken)
    {
        var budget = new ReadBudget(ReadBudget.MaxEntries);
        string? cursor = null;
        do
        {
            var query = new LedgerQuery(span.From, span.To, null, cursor, Page<LedgerEntry>.MaxSize);
            var page = await ledger.EntriesAsync(state.LicenseId, query, cancellationToken).ConfigureAwait(false);
            if (!budget.TryTake(page.Items.Count))
            {
                throw ReadBudget.Exceeded(", or ask with entries=false");
            }

            foreach (var entry in page.Items.Where(entry => entry.Sequence <= state.Sequence))
            {
                Take(entry);
            }

            cursor = page.NextCursor;
        }
        while (cursor is not null);
    }

    /// <summary>The balances of the license, in the order of their units.</summary>
    public async ValueTask<ImmutableArray<BalanceStatement>> BalancesAsync(ReportSpan span, CancellationToken cancellationToken)
    {
        foreach (var balance in state.Balances.Where(balance => !balances.ContainsKey(balance.Unit)))
        {
            // Nothing has touched it in the span: it stands as the next entry found it, or as it is now.
            var query = new LedgerQuery(span.To, null, null, null, 1, balance.Unit);
            var page = await ledger.EntriesAsync(state.LicenseId, query, cancellationToken).ConfigureAwait(false);
            var next = page.Items.FirstOrDefault(entry => entry.Sequence <= state.Sequence);
            var amount = next is null ? balance.Amount : next.BalanceAfter!.Value - next.BalanceDelta;
            balances[balance.Unit] = new BalanceStatement(balance.Unit, amount, 0, 0, 0, 0, amount);
        }

        return [.. balances.Values.OrderBy(balance => balance.Unit, StringComparer.Ordinal)];
    }

    private void Take(LedgerEntry entry)
    {
        if (entry is { Unit: { } unit, BalanceAfter: { } after })
        {
            var delta = entry.BalanceDelta;
            var known = balances.GetValueOrDefault(unit) ?? new BalanceStatement(unit, after - delta, 0, 0, 0, 0, 0);
            balances[unit] = (entry.Kind switch
            {
                EntryKind.BalanceOpened or EntryKind.BalanceToppedUp => known with { Granted = known.Granted + delta },
                EntryKind.BalanceWithdrawn => known with { Withdrawn = known.Withdrawn - delta },
                EntryKind.Decremented => known with { Adjusted = known.Adjusted + delta },
                _ => known with { Used = known.Used - delta },
            }) with { Left = after };
        }

        // Use is told in sums: there may be millions.
        if (entry.Kind is EntryKind.Consumed or EntryKind.Recorded or EntryKind.LeaseSynced
            or EntryKind.HoldOpened or EntryKind.HoldClosed or EntryKind.HoldExpired)
        {
            return;
        }

        if (entries.Count == MaxListed)
        {
            LeftOut++;
            return;
        }

        entries.Add(new StatementEntry(
            entry.Sequence, entry.At, entry.Kind, entry.FeatureCode, entry.Amount, entry.Unit, entry.BalanceAfter, entry.GrantId,
            entry.Reason ?? entry.Detail));
    }
}
