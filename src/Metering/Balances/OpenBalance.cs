namespace Metering;

/// <summary>Open a balance.</summary>
public sealed record OpenBalance : Command
{
    /// <summary>Its unit.</summary>
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
