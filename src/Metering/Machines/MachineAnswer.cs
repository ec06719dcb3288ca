using System.Text.Json.Serialization;

namespace Metering;

/// <summary>A machine, as it was registered.</summary>
public sealed record MachineAnswer : Answer
{
    /// <summary>What the caller recognizes the machine by.</summary>
    public required string Fingerprint { get; init; }

    /// <summary>Cores of this machine alone.</summary>
    public decimal Cores { get; init; }

    /// <summary>For people; null where none was given.</summary>
    public string? Name { get; init; }

    /// <summary>Cores of all machines of the license.</summary>
    public decimal TotalCores { get; init; }

    /// <summary>Most cores that the license may have; null: no limit.</summary>
    public decimal? MaxCores { get; init; }

    /// <summary>Whether the license did not have the machine before.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool Created { get; init; }
}
