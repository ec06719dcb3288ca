namespace Metering;

/// <summary>Forget a machine.</summary>
public sealed record RemoveMachine : Command
{
    /// <summary>The machine.</summary>
    public required string Fingerprint { get; init; }
}
