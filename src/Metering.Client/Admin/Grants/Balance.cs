namespace Metering.Client.Admin;

/// <summary>A prepaid account of a license.</summary>
public sealed record Balance
{
    /// <summary>What the credit is counted in, such as <c>USD</c> or <c>tokens</c>.</summary>
    public required string Unit { get; init; }

    /// <summary>Credit that is there.</summary>
    public decimal Amount { get; init; }

    /// <summary>The part that open holds set aside.</summary>
    public decimal Held { get; init; }

    /// <summary>Credit that may be spent now.</summary>
    public decimal Available { get; init; }

    /// <summary>How far the balance is below zero.</summary>
    public decimal Overage { get; init; }

    /// <summary>Whether priced use may take it below zero.</summary>
    public bool AllowOverage { get; init; }

    /// <summary>Whether priced use is refused.</summary>
    public bool Suspended { get; init; }

    /// <summary>All credit ever put in.</summary>
    public decimal Bought { get; init; }

    /// <summary>All credit ever drawn by priced use.</summary>
    public decimal Spent { get; init; }

    /// <summary>All credit ever withdrawn.</summary>
    public decimal Withdrawn { get; init; }

    /// <summary>Below how much available credit <c>balance_low</c> is signalled.</summary>
    public decimal LowAt { get; init; }
}
