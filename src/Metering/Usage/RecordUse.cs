namespace Metering;

/// <summary>Count without refusing for quota: the use has already happened.</summary>
public sealed record RecordUse : Use
{
    /// <summary>The lease that the use draws on; null: none.</summary>
    public string? LeaseId { get; init; }
}
