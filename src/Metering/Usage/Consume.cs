namespace Metering;

/// <summary>Enforce and count, in one step.</summary>
public sealed record Consume : Use
{
    /// <summary>Take what is left when the whole amount is not (rule 4).</summary>
    public bool AllowPartial { get; init; }
}
