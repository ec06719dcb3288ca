using System.ComponentModel.DataAnnotations;

namespace Metering.Api;

/// <summary>Body of a new lease.</summary>
[Example("""{"feature_code":"api_calls","amount":1000,"ttl_seconds":86400,"fingerprint":"machine-1"}""")]
public sealed record LeaseRequest
{
    /// <summary>The feature. Required.</summary>
    [Required]
    public string? FeatureCode { get; init; }

    /// <summary>Units to set aside. Required.</summary>
    [Required]
    public decimal? Amount { get; init; }

    /// <summary>How long it stands, in seconds. Required.</summary>
    [Required]
    public int? TtlSeconds { get; init; }

    /// <summary>The machine that holds it. Required.</summary>
    [Required]
    public string? Fingerprint { get; init; }
}
