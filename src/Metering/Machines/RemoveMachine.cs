namespace Metering;

/// <summary>Forget a machine.</summary>
public sealed record RemoveMachine : Command
{
    /// <summary>What the caller recognizes the machine by, as it was registered.</summary>
    public required string Fingerprint { get; init; }
}
