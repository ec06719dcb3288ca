using System.ComponentModel.DataAnnotations;

namespace Metering.Api;

/// <summary>Body of a machine.</summary>
[Example("""{"cores":8,"name":"build server"}""")]
public sealed record MachineRequest
{
    /// <summary>Its cores. Required.</summary>
    [Required]
    public decimal? Cores { get; init; }

    /// <summary>Its name for people.</summary>
    public string? Name { get; init; }
}
