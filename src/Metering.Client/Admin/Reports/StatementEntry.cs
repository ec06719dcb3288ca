namespace Metering.Client.Admin;

/// <summary>One change in a statement, for people.</summary>
public sealed record StatementEntry
{
    /// <summary>Its number in the ledger.</summary>
    public long Sequence { get; init; }

    /// <summary>When it was made, UTC.</summary>
    public DateTimeOffset At { get; init; }

    /// <summary>What it records.</summary>
    public required string Kind { get; init; }

    /// <summary>The feature; null: none is concerned.</summary>
    public string? FeatureCode { get; init; }

    /// <summary>What it added, gave or took.</summary>
    public decimal Amount { get; init; }

    /// <summary>The balance's unit, where one was touched.</summary>
    public string? Unit { get; init; }

    /// <summary>What it left in the balance.</summary>
    public decimal? BalanceAfter { get; init; }

    /// <summary>Which grant it is about.</summary>
    public string? GrantId { get; init; }

    /// <summary>Why, in an operator's or the meter's words.</summary>
    public string? Words { get; init; }
}
