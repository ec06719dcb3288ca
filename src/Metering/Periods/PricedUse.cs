namespace Metering;

/// <summary>How a period's cost came about, and what of a balance it drew.</summary>
public sealed record PricedUse
{
    /// <summary>By tier; their sum is the period's cost. Null: nothing was priced.</summary>
    public Charges? Charges { get; init; }

    /// <summary>Credit that the period's use drew; the rest of the cost found no balance in its unit.</summary>
    public decimal CreditDrawn { get; init; }

    /// <summary>
    /// What was left in the balance after the last use of the period that drew on it; null: none did. Not what was left when the period was
    /// closed: that happens when somebody looks (rule 3), and other features may have drawn on the balance since.
    /// </summary>
    public decimal? CreditLeft { get; init; }

    /// <summary>Whether nothing was priced.</summary>
    internal bool IsNothing => Charges is null && CreditDrawn == 0 && CreditLeft is null;

    /// <summary>A period's priced use with one more change; null where nothing was priced.</summary>
    /// <param name="known">What was priced before.</param>
    /// <param name="charges">The change's charges.</param>
    /// <param name="drawn">What it drew from a balance.</param>
    /// <param name="balanceAfter">What it left in the balance; null where it touched none.</param>
    /// <param name="room">How many lines of charges may be added.</param>
    internal static PricedUse? Add(
        PricedUse? known, Charges? charges, decimal drawn, decimal? balanceAfter, int room = int.MaxValue) =>
        charges is null && balanceAfter is null ? known : new PricedUse
        {
            Charges = Charges.Sum(known?.Charges, charges, room),
            CreditDrawn = (known?.CreditDrawn ?? 0) + drawn,
            CreditLeft = balanceAfter ?? known?.CreditLeft,
        };

    /// <summary>The same as an entry tells it.</summary>
    internal static PricedUse? After(PricedUse? known, LedgerEntry entry) =>
        Add(known, entry.Charges, entry.CreditDrawn, entry.BalanceAfter);
}
