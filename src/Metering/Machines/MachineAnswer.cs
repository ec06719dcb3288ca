using System.Text.Json.Serialization;

namespace Metering;

/// <summary>A machine, as it was registered.</summary>
public sealed record MachineAnswer : Answer
{
    /// <summary>The machine.</summary>
    public required string Fingerprint { get; init; }

    /// <summary>Its cores.</summary>
    public decimal Cores { get; init; }

    /// <summary>Its name.</summary>
    public string? Name { get; init; }

    /// <summary>Cores of all machines of the license.</summary>
    public decimal TotalCores { get; init; }

    /// <summary>Most cores that the license may have; null: no limit.</summary>
    public decimal? MaxCores { get; init; }

    /// <summary>Whether the license did not have the machine before.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool Created { get; init; }
}
