using System.ComponentModel.DataAnnotations;
using System.ComponentModel;

namespace Metering.Api;

/// <summary>Body of a usage reset.</summary>
public sealed record ResetRequest : NotedRequest
{
    /// <summary>The feature; every metered feature where it is absent.</summary>
    public string? FeatureCode { get; init; }

    /// <summary>Instead of a reset: units to add to the allowance.</summary>
    public decimal? TopUp { get; init; }

    /// <summary>Whether periods stay counted from the same anchor; true where it is absent.</summary>
    [DefaultValue(true)]
    public bool? KeepAnchor { get; init; }
}

/// <summary>Body of a decrement.</summary>
public sealed record DecrementRequest : NotedRequest
{
    /// <summary>The feature. Required.</summary>
    [Required]
    public string? FeatureCode { get; init; }

    /// <summary>Units to take away. Required.</summary>
    [Required]
    public decimal? Amount { get; init; }
}

/// <summary>Body that names a feature.</summary>
public sealed record FeatureRequest : NotedRequest
{
    /// <summary>The feature. Required.</summary>
    [Required]
    public string? FeatureCode { get; init; }
}

/// <summary>Body of a grant.</summary>
public sealed record GrantRequest : NotedRequest
{
    /// <summary>The feature. Required.</summary>
    [Required]
    public string? FeatureCode { get; init; }

    /// <summary>Units. Required.</summary>
    [Required]
    public decimal? Amount { get; init; }

    /// <summary>Lower numbers burn first; 0 where it is absent.</summary>
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

/// <summary>Body of a balance.</summary>
public sealed record BalanceRequest : NotedRequest
{
    /// <summary>Its unit, such as <c>USD</c>. Required.</summary>
    [Required]
    public string? Unit { get; init; }

    /// <summary>Credit to begin with; zero or more. Required.</summary>
    [Required]
    public decimal? Amount { get; init; }

    /// <summary>Whether priced use may take it below zero.</summary>
    [DefaultValue(false)]
    public bool? AllowOverage { get; init; }

    /// <summary>Below how much credit <c>balance_low</c> is signalled; a tenth of the amount where it is absent.</summary>
    public decimal? LowAt { get; init; }
}

/// <summary>Body of a top-up or withdrawal.</summary>
public sealed record CreditRequest : NotedRequest
{
    /// <summary>Credit. Required.</summary>
    [Required]
    public decimal? Amount { get; init; }
}
