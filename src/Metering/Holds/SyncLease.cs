namespace Metering;

/// <summary>
/// End a step of a lease: answer with its state, and close it when asked. The uses themselves come as <see cref="RecordUse"/>, each with
/// its event id.
/// </summary>
public sealed record SyncLease : Command
{
    /// <summary>Which one, as <see cref="HoldState.Id"/> has it.</summary>
    public required string HoldId { get; init; }

    /// <summary>Whether to give back what is left.</summary>
    public bool Close { get; init; }
}
