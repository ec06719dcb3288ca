using System.ComponentModel.DataAnnotations;
using System.ComponentModel;

namespace Metering.Api;

/// <summary>Body of a grant.</summary>
[Example("""{"feature_code":"api_calls","amount":500,"priority":10,"expires_at":"2027-01-01T00:00:00Z"}""")]
public sealed record GrantRequest : NotedRequest
{
    /// <summary>The feature. Required.</summary>
    [Required]
    public string? FeatureCode { get; init; }

    /// <summary>Units. Required.</summary>
    [Required]
    public decimal? Amount { get; init; }

    /// <summary>
    /// In which order grants are used up: a lower number first, so 0 goes before 10; negative ones before 0. 0 where it is absent. Of equal
    /// ones that which expires first is used first, then the older one.
    /// </summary>
    [DefaultValue(0)]
    public int? Priority { get; init; }

    /// <summary>From when; now where it is absent.</summary>
    public DateTimeOffset? EffectiveAt { get; init; }

    /// <summary>Until when; never expires where it is absent.</summary>
    public DateTimeOffset? ExpiresAt { get; init; }

    /// <summary>Most that is kept at a period's end or a recurrence.</summary>
    public decimal? RolloverMax { get; init; }

    /// <summary>How often the amount is given anew: an interval's name.</summary>
    [DefaultValue("none")]
    [NamesOf(typeof(Interval))]
    public string? Recurrence { get; init; }
}
