using System.ComponentModel.DataAnnotations;

namespace Metering.Api;

/// <summary>Body of check.</summary>
[Example("""{"feature_code":"api_calls","amount":2}""")]
public sealed record CheckRequest
{
    /// <summary>The feature. Required.</summary>
    [Required]
    public string? FeatureCode { get; init; }

    /// <summary>By metric type; 1 where it is absent, for a total or gauge the reading that is there.</summary>
    public decimal? Amount { get; init; }

    /// <summary>The key of a gauge's or a total's reading.</summary>
    public string? Key { get; init; }
}
