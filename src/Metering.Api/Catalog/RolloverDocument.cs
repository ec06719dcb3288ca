using System.ComponentModel.DataAnnotations;

namespace Metering.Api;

/// <summary>What rolls over.</summary>
public sealed record RolloverDocument
{
    /// <summary>Most units that roll over. Required.</summary>
    [Required]
    public decimal? Max { get; init; }
}
