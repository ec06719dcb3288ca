using System.ComponentModel.DataAnnotations;
using System.ComponentModel;
using System.Text.Json.Serialization;

namespace Metering.Api;

/// <summary>The catalog as one declarative document: what is in it is put in force; what is not in it stays as it is.</summary>
public sealed record CatalogDocument
{
    /// <summary>Most features and most plans in one document.</summary>
    public const int Most = 1000;

    /// <summary>Features.</summary>
    public FeatureDocument?[]? Features { get; init; }

    /// <summary>Plans.</summary>
    public PlanDocument?[]? Plans { get; init; }
}

/// <summary>A feature.</summary>
public sealed record FeatureDocument
{
    /// <summary>Its code. Required.</summary>
    [Required]
    public string? Code { get; init; }

    /// <summary>Its id, its code with the prefix <c>feat_</c>; only in answers.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Id { get; init; }

    /// <summary>Name for people.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Name { get; init; }

    /// <summary><c>metered</c> (where it is absent) or <c>boolean</c>.</summary>
    [DefaultValue("metered")]
    [NamesOf(typeof(FeatureKind))]
    public string? Kind { get; init; }

    /// <summary><c>counter</c> (where it is absent), <c>total</c>, <c>gauge</c> or <c>up_down</c>; none for a boolean feature.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    [DefaultValue("counter")]
    [NamesOf(typeof(MetricType))]
    public string? Metric { get; init; }

    /// <summary>What one of it is called.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Unit { get; init; }
}

/// <summary>A plan.</summary>
public sealed record PlanDocument
{
    /// <summary>Its id. Required.</summary>
    [Required]
    public string? Id { get; init; }

    /// <summary>The version; only in answers.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? Version { get; init; }

    /// <summary>Name for people.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Name { get; init; }

    /// <summary>The group; <c>base</c> where it is absent. A license has one plan of each group.</summary>
    [DefaultValue("base")]
    public string? Group { get; init; }

    /// <summary>Whether a license made without a plan gets this one for its group.</summary>
    [DefaultValue(false)]
    public bool? Default { get; init; }

    /// <summary>The price, for people and billing.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public PlanPriceDocument? Price { get; init; }

    /// <summary>What it gives.</summary>
    public IncludeDocument?[]? Includes { get; init; }

    /// <summary>When this version was published; only in answers.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public DateTimeOffset? PublishedAt { get; init; }
}

/// <summary>A plan's price.</summary>
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

/// <summary>A feature of a plan with its terms.</summary>
public sealed record IncludeDocument : TermsDocument
{
    /// <summary>The feature. Required.</summary>
    [Required]
    [JsonPropertyOrder(-1)]
    public string? FeatureCode { get; init; }
}
