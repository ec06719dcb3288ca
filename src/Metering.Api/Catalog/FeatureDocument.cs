using System.ComponentModel.DataAnnotations;
using System.ComponentModel;
using System.Text.Json.Serialization;

namespace Metering.Api;

/// <summary>Something that a license may use, and how its readings add up.</summary>
[Example("""{"code":"cpu_cores","kind":"metered","metric":"gauge","unit":"core"}""")]
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

    /// <summary>
    /// From when it is not offered any more: then no new version of a plan may include it, and no license is given it. Licenses that have
    /// it keep it and go on counting, until they migrate to a version without it. Absent: it is offered.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public DateTimeOffset? RetiredAt { get; init; }

    /// <summary>What one of it is called.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Unit { get; init; }
}
