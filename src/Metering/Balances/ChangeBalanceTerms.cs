namespace Metering;

/// <summary>Change how low a balance may get, and when <c>balance_low</c> is signalled. What is null stays as it is.</summary>
public sealed record ChangeBalanceTerms : Command
{
    /// <summary>Which balance: a license has at most one in each unit.</summary>
    public required string Unit { get; init; }

    /// <summary>Whether priced use may take it below zero. Credit that is below zero already stays so until it is topped up.</summary>
    public bool? AllowOverage { get; init; }

    /// <summary>Below how much available credit <c>balance_low</c> is signalled; zero or more.</summary>
    public decimal? LowAt { get; init; }

    /// <summary>Why; kept with the ledger entry. Null when nothing was said.</summary>
    public Note? Note { get; init; }
}
