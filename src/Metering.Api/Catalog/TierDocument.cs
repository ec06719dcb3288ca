using System.ComponentModel.DataAnnotations;
using System.ComponentModel;
using System.Text.Json.Serialization;

namespace Metering.Api;

/// <summary>From how much use on which level and policy apply, and at what price.</summary>
public sealed record TierDocument
{
    /// <summary>
    /// Where it begins: an amount, or a percentage of the allowance such as <c>80%</c>. The tier covers what lies beyond it: with
    /// <c>80%</c> of 1000 the 800th unit is still in the tier before, and unit 801 is the first of this one, for its level, policy and
    /// price. Required.
    /// </summary>
    [Required]
    [JsonConverter(typeof(ThresholdJsonConverter))]
    public Threshold? From { get; init; }

    /// <summary>
    /// <c>normal</c> (where it is absent), <c>warning</c>, <c>critical</c> or <c>over_usage</c>. A tier with the level of the one before it
    /// is reached without a signal.
    /// </summary>
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

    /// <summary>What each unit that lies in the tier costs.</summary>
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
