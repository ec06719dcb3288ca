namespace Metering;

/// <summary>
/// A prepaid credit account of a license in one unit, drawn down by priced use (rule 7). What of it is set aside for open holds is
/// not kept here: it follows from the holds and from where use stands.
/// </summary>
public sealed record BalanceState
{
    /// <summary>The unit: <c>USD</c>, <c>credits</c>, <c>tokens</c>.</summary>
    public required string Unit { get; init; }

    /// <summary>Credit that is there, held credit included; below zero only by overage.</summary>
    public decimal Amount { get; init; }

    /// <summary>Whether priced use may take the balance below zero.</summary>
    public bool AllowOverage { get; init; }

    /// <summary>Whether an operator has suspended it: priced use is refused.</summary>
    public bool Suspended { get; init; }

    /// <summary>Below this much available credit, <c>balance_low</c> is signalled.</summary>
    public decimal LowAt { get; init; }

    /// <summary>Whether <c>balance_low</c> was signalled since the last top-up.</summary>
    // In the state, because signals leave with the outcome and cannot be asked.
    public bool LowSignalled { get; init; }

    /// <summary>Whether <c>balance_exhausted</c> was signalled since the last top-up.</summary>
    public bool ExhaustedSignalled { get; init; }

    /// <summary>All credit ever put in.</summary>
    // At any time Amount = Bought − Spent − Withdrawn.
    public decimal Bought { get; init; }

    /// <summary>All credit ever drawn by priced use.</summary>
    public decimal Spent { get; init; }

    /// <summary>All credit ever withdrawn.</summary>
    public decimal Withdrawn { get; init; }
}
