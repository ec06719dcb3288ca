namespace Metering;

/// <summary>What entries change of a balance by their own numbers.</summary>
internal readonly record struct BalanceNumbers(decimal Amount, decimal Bought, decimal Spent, decimal Withdrawn, bool Suspended)
{
    public static BalanceNumbers Of(BalanceState balance) =>
        new(balance.Amount, balance.Bought, balance.Spent, balance.Withdrawn, balance.Suspended);

    /// <summary>The numbers after an entry that touched the balance (<see cref="LedgerEntry.BalanceAfter"/>).</summary>
    public BalanceNumbers After(LedgerEntry entry) => EntryEffects.Of(entry.Kind) switch
    {
        EntryEffect.Count or EntryEffect.Correct => this with { Amount = Amount - entry.CreditDrawn, Spent = Spent + entry.CreditDrawn },
        EntryEffect.Buy => this with { Amount = Amount + entry.Amount, Bought = Bought + entry.Amount },
        // A withdrawal's amount is below zero, as the balance sees it.
        EntryEffect.Withdraw => this with { Amount = Amount + entry.Amount, Withdrawn = Withdrawn - entry.Amount },
        EntryEffect.SuspendBalance => this with { Suspended = true },
        EntryEffect.ResumeBalance => this with { Suspended = false },
        _ => this,
    };

    public BalanceState On(BalanceState balance) => balance with
    {
        Amount = Amount,
        Bought = Bought,
        Spent = Spent,
        Withdrawn = Withdrawn,
        Suspended = Suspended,
    };
}
