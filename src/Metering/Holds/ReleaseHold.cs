namespace Metering;

/// <summary>Give back what is left of a reservation.</summary>
public sealed record ReleaseHold : Command
{
    /// <summary>The hold.</summary>
    public required string HoldId { get; init; }
}
