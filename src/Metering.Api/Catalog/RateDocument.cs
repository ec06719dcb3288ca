using System.ComponentModel.DataAnnotations;

namespace Metering.Api;

/// <summary>How fast use may come, and how much of it at once.</summary>
public sealed record RateDocument
{
    /// <summary>Units an interval. Required.</summary>
    [Required]
    public decimal? Amount { get; init; }

    /// <summary><c>second</c>, <c>minute</c>, <c>hour</c> or <c>day</c>. Required.</summary>
    [Required]
    [NamesOf(typeof(RateInterval))]
    public string? Per { get; init; }

    /// <summary>Units that may come at once; one interval's worth where it is absent.</summary>
    public decimal? Burst { get; init; }
}
