namespace Metering;

/// <summary>Put credit in, take it out, suspend or resume a balance.</summary>
public sealed record ChangeBalance : Command
{
    /// <summary>Which balance: a license has at most one in each unit.</summary>
    public required string Unit { get; init; }

    /// <summary>What to do.</summary>
    public BalanceChange Change { get; init; }

    /// <summary>Credit to put in or take out; above zero.</summary>
    public decimal Amount { get; init; }

    /// <summary>Why; kept with the ledger entry. Null when nothing was said.</summary>
    public Note? Note { get; init; }
}
