namespace Metering;

/// <summary>Give the license a prepaid credit account in a unit that it has none in.</summary>
public sealed record OpenBalance : Command
{
    /// <summary>What the credit is counted in, such as <c>USD</c> or <c>tokens</c>.</summary>
    public required string Unit { get; init; }

    /// <summary>Credit to begin with; zero or more.</summary>
    public decimal Amount { get; init; }

    /// <summary>Whether priced use may take it below zero.</summary>
    public bool AllowOverage { get; init; }

    /// <summary>Below how much available credit <c>balance_low</c> is signalled; null: a tenth of <see cref="Amount"/>.</summary>
    public decimal? LowAt { get; init; }

    /// <summary>Why; kept with the ledger entry. Null when nothing was said.</summary>
    public Note? Note { get; init; }
}
