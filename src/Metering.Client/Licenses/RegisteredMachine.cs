namespace Metering.Client;

/// <summary>A machine after its cores were registered on the license, and how the license then stands.</summary>
public sealed record RegisteredMachine
{
    /// <summary>By which it is recognized.</summary>
    public required string Fingerprint { get; init; }

    /// <summary>Its own cores.</summary>
    public decimal Cores { get; init; }

    /// <summary>For people; null where none was given.</summary>
    public string? Name { get; init; }

    /// <summary>Cores of all machines of the license.</summary>
    public decimal TotalCores { get; init; }

    /// <summary>Most cores that the license may have; null: no limit.</summary>
    public decimal? MaxCores { get; init; }
}
