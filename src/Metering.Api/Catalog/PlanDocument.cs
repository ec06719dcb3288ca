using System.ComponentModel.DataAnnotations;
using System.ComponentModel;
using System.Text.Json.Serialization;

namespace Metering.Api;

/// <summary>A named set of features with terms. A version never changes once published.</summary>
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
