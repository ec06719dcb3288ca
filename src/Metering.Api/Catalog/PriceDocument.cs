using System.ComponentModel.DataAnnotations;

namespace Metering.Api;

/// <summary>The balance that priced use draws on.</summary>
public sealed record PriceDocument
{
    /// <summary>The balance's unit. Required.</summary>
    [Required]
    public string? Unit { get; init; }
}
