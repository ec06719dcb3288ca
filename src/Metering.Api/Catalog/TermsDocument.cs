using System.ComponentModel.DataAnnotations;
using System.ComponentModel;
using System.Text.Json.Serialization;

namespace Metering.Api;

/// <summary>Terms as documents write them: in a plan's includes and in an assignment alike.</summary>
public record TermsDocument
{
    /// <summary>Units of a period; null or absent: unlimited.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public decimal? Limit { get; init; }

    /// <summary>When the count starts anew; never where it is absent.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public ResetDocument? Reset { get; init; }

    /// <summary><c>deny</c> (where it is absent) or <c>allow_with_overage</c>.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    [DefaultValue("deny")]
    [AllowedValues("deny", "allow_with_overage")]
    public string? OverLimit { get; init; }

    /// <summary>How much of what is left may be used in the next period.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public RolloverDocument? Rollover { get; init; }

    /// <summary>Tiers in rising order.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public TierDocument?[]? Tiers { get; init; }

    /// <summary>The balance that priced use draws on.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public PriceDocument? Price { get; init; }

    /// <summary>
    /// For a total: whether the first reading (of each key) counts whole, <c>counts</c> (where it is absent), or is the <c>base</c> from
    /// which use is counted.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? FirstReading { get; init; }
}

/// <summary>When the count starts anew: an interval's name, or an object.</summary>
[JsonConverter(typeof(ResetJsonConverter))]
public sealed record ResetDocument
{
    /// <summary><c>none</c>, <c>hour</c>, <c>day</c>, <c>week</c>, <c>month</c> or <c>year</c>.</summary>
    public string? Interval { get; init; }

    /// <summary><c>license</c> (where it is absent), <c>calendar</c>, or a time.</summary>
    public string? Anchor { get; init; }

    /// <summary>IANA time zone; the license's where it is absent.</summary>
    public string? TimeZone { get; init; }

    /// <summary>Whether it was given as an interval's name alone.</summary>
    internal bool IsName { get; init; }

    /// <summary>What is wrong with its fields, by their places in it.</summary>
    internal IReadOnlyList<FieldError> Faults { get; init; } = [];
}

/// <summary>What rolls over.</summary>
public sealed record RolloverDocument
{
    /// <summary>Most units that roll over. Required.</summary>
    [Required]
    public decimal? Max { get; init; }
}

/// <summary>The balance that priced use draws on.</summary>
public sealed record PriceDocument
{
    /// <summary>The balance's unit. Required.</summary>
    [Required]
    public string? Unit { get; init; }
}

/// <summary>A tier.</summary>
public sealed record TierDocument
{
    /// <summary>Where it begins: an amount, or a percentage of the allowance such as <c>80%</c>. Required.</summary>
    [Required]
    [JsonConverter(typeof(ThresholdJsonConverter))]
    public Threshold? From { get; init; }

    /// <summary><c>normal</c> (where it is absent), <c>warning</c>, <c>critical</c> or <c>over_usage</c>.</summary>
    [DefaultValue("normal")]
    [NamesOf(typeof(Level))]
    public string? Level { get; init; }

    /// <summary>One of the six policies; <c>notify_only</c> where it is absent.</summary>
    [DefaultValue("notify_only")]
    [NamesOf(typeof(Policy))]
    public string? Policy { get; init; }

    /// <summary>With <c>allow_with_grace</c>: units that are let through.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    [DefaultValue(0)]
    public decimal? Grace { get; init; }

    /// <summary>With <c>rate_limit</c>: the rate.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public RateDocument? Rate { get; init; }

    /// <summary>Price of a unit.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    [DefaultValue(0)]
    public decimal? UnitPrice { get; init; }

    /// <summary>Price of entering the tier, once a period.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    [DefaultValue(0)]
    public decimal? BasePrice { get; init; }

    /// <summary>With <c>suspend_usage</c>: <c>manual</c> (where it is absent) or <c>next_period</c>.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    [DefaultValue("manual")]
    [AllowedValues("manual", "next_period")]
    public string? Resumes { get; init; }
}

/// <summary>A rate.</summary>
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
