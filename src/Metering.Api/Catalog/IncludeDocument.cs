using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;

namespace Metering.Api;

/// <summary>A feature of a plan with its terms.</summary>
public sealed record IncludeDocument : TermsDocument
{
    /// <summary>The feature. Required.</summary>
    [Required]
    [JsonPropertyOrder(-1)]
    public string? FeatureCode { get; init; }
}
