namespace Metering;

/// <summary>Lift the suspension that a tier's policy put on use.</summary>
public sealed record ResumeUsage : Command
{
    /// <summary>Of which feature the use was suspended.</summary>
    public required string FeatureCode { get; init; }

    /// <summary>Why; kept with the ledger entry. Null when nothing was said.</summary>
    public Note? Note { get; init; }
}
