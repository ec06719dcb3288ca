using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
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
