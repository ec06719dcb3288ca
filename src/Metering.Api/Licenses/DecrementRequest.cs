using System.ComponentModel.DataAnnotations;

namespace Metering.Api;

/// <summary>Body of a decrement.</summary>
[Example("""{"feature_code":"api_calls","amount":3,"reason":"Counted twice","reference":"ticket-9"}""")]
public sealed record DecrementRequest : NotedRequest
{
    /// <summary>The feature. Required.</summary>
    [Required]
    public string? FeatureCode { get; init; }

    /// <summary>Units to take away. Required.</summary>
    [Required]
    public decimal? Amount { get; init; }
}
