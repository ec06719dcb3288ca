using System.ComponentModel.DataAnnotations;

namespace Metering.Api;

/// <summary>Body of a new reservation.</summary>
[Example("""{"feature_code":"tokens","amount":4000,"ttl_seconds":120}""")]
public sealed record ReservationRequest
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
}
