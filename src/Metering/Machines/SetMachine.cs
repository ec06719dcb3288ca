namespace Metering;

/// <summary>
/// Register a machine with its cores: a reading of the gauge <see cref="Machines.FeatureCode"/>, under the machine's key.
/// </summary>
public sealed record SetMachine : Command
{
    /// <summary>The machine.</summary>
    public required string Fingerprint { get; init; }

    /// <summary>Its cores; zero or more.</summary>
    public decimal Cores { get; init; }

    /// <summary>Its name for people.</summary>
    public string? Name { get; init; }
}
