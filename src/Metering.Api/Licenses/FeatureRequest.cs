using System.ComponentModel.DataAnnotations;

namespace Metering.Api;

/// <summary>Body that names a feature.</summary>
[Example("""{"feature_code":"api_calls"}""")]
public sealed record FeatureRequest : NotedRequest
{
    /// <summary>The feature. Required.</summary>
    [Required]
    public string? FeatureCode { get; init; }
}
