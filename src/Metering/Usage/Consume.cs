namespace Metering;

/// <summary>Enforce and count, in one step.</summary>
public sealed record Consume : Use
{
    /// <summary>Take what is left when the whole amount is not (rule 4).</summary>
    public bool AllowPartial { get; init; }

    /// <summary>
    /// Whether the amount must be one that is added to use. A metric that takes readings refuses it then: a reading replaces the last one.
    /// </summary>
    public bool AddsOnly { get; init; }
}
