using System.ComponentModel.DataAnnotations;

namespace Metering.Api;

/// <summary>Body that names a feature.</summary>
public sealed record FeatureRequest : NotedRequest
{
    /// <summary>The feature. Required.</summary>
    [Required]
    public string? FeatureCode { get; init; }
}
