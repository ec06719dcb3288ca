namespace Metering;

/// <summary>What the outside should know (rule 11). Its number on the license makes it recognizable when it is delivered twice.</summary>
public sealed record Signal
{
    /// <summary>What it says.</summary>
    public SignalType Type { get; init; }

    /// <summary>The license that it is about.</summary>
    public required string LicenseId { get; init; }

    /// <summary>The customer.</summary>
    public required string TenantId { get; init; }

    /// <summary>Number of the ledger entry that caused it.</summary>
    public long Sequence { get; init; }

    /// <summary>Which of the signals of that entry, from 0.</summary>
    public int Ordinal { get; init; }

    /// <summary>When, UTC.</summary>
    public DateTimeOffset At { get; init; }

    /// <summary>The feature, where one is concerned.</summary>
    public string? FeatureCode { get; init; }

    /// <summary>The level that was reached.</summary>
    public Level? Level { get; init; }

    /// <summary>The level before.</summary>
    public Level? PreviousLevel { get; init; }

    /// <summary>Use of the period.</summary>
    public decimal? Used { get; init; }

    /// <summary>The allowance; null when unlimited.</summary>
    public decimal? Allowance { get; init; }

    /// <summary>Use that nothing covered.</summary>
    public decimal? Overage { get; init; }

    /// <summary>The period's cost.</summary>
    public decimal? Cost { get; init; }

    /// <summary>In which period it happened; null where the signal is not about a meter.</summary>
    public Period? Period { get; init; }

    /// <summary>The balance's unit.</summary>
    public string? Unit { get; init; }

    /// <summary>Credit available.</summary>
    public decimal? Available { get; init; }

    /// <summary>The grant or hold.</summary>
    public string? Reference { get; init; }

    /// <summary>Words for people.</summary>
    public string? Detail { get; init; }

    /// <summary>The signal's id, the same at every delivery.</summary>
    public string Id => $"{LicenseId}.{Sequence}.{Ordinal}";
}
