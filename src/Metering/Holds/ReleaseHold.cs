namespace Metering;

/// <summary>Give back what is left of a reservation.</summary>
public sealed record ReleaseHold : Command
{
    /// <summary>Which one, as <see cref="HoldState.Id"/> has it.</summary>
    public required string HoldId { get; init; }
}
