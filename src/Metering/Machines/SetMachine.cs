namespace Metering;

/// <summary>
/// Register a machine with its cores: a reading of the gauge <see cref="Machines.FeatureCode"/>, under the machine's key.
/// </summary>
public sealed record SetMachine : Command
{
    /// <summary>What the caller recognizes the machine by. One that is known gets these cores in place of its old ones.</summary>
    public required string Fingerprint { get; init; }

    /// <summary>Its cores; zero or more.</summary>
    public decimal Cores { get; init; }

    /// <summary>Its name for people.</summary>
    public string? Name { get; init; }
}
