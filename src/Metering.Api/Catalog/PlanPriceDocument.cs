using System.ComponentModel.DataAnnotations;
using System.ComponentModel;
using System.Text.Json.Serialization;

namespace Metering.Api;

/// <summary>What a license on the plan costs, use aside. Nothing is charged by it: it is for people and billing.</summary>
public sealed record PlanPriceDocument
{
    /// <summary>The price of one interval. Required.</summary>
    [Required]
    public decimal? Amount { get; init; }

    /// <summary>The currency, or another unit.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Currency { get; init; }

    /// <summary>How often it is due; <c>month</c> where it is absent.</summary>
    [DefaultValue("month")]
    [NamesOf(typeof(Interval))]
    public string? Interval { get; init; }
}
