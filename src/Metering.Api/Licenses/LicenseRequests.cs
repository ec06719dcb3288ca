using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;
using System.Text.Json;

namespace Metering.Api;

/// <summary>Body of a new license.</summary>
public sealed record LicenseRequest
{
    /// <summary>The customer. Required.</summary>
    [Required]
    public string? TenantId { get; init; }

    /// <summary>Its plan; without plan and plans it gets the default plan of each group.</summary>
    public string? PlanId { get; init; }

    /// <summary>Its plans, one of each group.</summary>
    public string?[]? Plans { get; init; }

    /// <summary>From when on it is no longer valid.</summary>
    public DateTimeOffset? ExpiresAt { get; init; }

    /// <summary>From what its periods are counted; its creation where it is absent.</summary>
    public DateTimeOffset? Anchor { get; init; }

    /// <summary>IANA time zone; UTC where it is absent.</summary>
    public string? TimeZone { get; init; }

    /// <summary>Kept with it: a JSON object of up to 4 KiB.</summary>
    public JsonElement? Metadata { get; init; }

    /// <summary>Most cores of its machines.</summary>
    public decimal? MaxCores { get; init; }
}

/// <summary>Body of a change of a license. What is absent stays as it is; null takes away.</summary>
public sealed record LicensePatch
{
    /// <summary>The plan that takes the place of the one of its group.</summary>
    public string? PlanId { get; init; }

    /// <summary>The plans that take the place of all.</summary>
    public string?[]? Plans { get; init; }

    /// <summary>From when on it is no longer valid: an RFC 3339 time, or null for never.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public OptionalTime ExpiresAt { get; init; }

    /// <summary>Kept with it: a JSON object of up to 4 KiB, or null.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public JsonElement Metadata { get; init; }
}

/// <summary>Body of an assignment: a feature and its terms.</summary>
public sealed record AssignmentRequest : TermsDocument
{
    /// <summary>The feature's code; or <see cref="FeatureId"/>.</summary>
    public string? FeatureCode { get; init; }

    /// <summary>The feature's id, <c>feat_…</c>; or <see cref="FeatureCode"/>.</summary>
    public string? FeatureId { get; init; }

    /// <summary>The limit, by another name.</summary>
    public decimal? MaxConsumptions { get; init; }
}

/// <summary>A feature that a license has, with its terms.</summary>
public sealed record AssignedFeature : TermsDocument
{
    /// <summary>The feature's code.</summary>
    public required string FeatureCode { get; init; }

    /// <summary>The feature's id.</summary>
    public required string FeatureId { get; init; }

    /// <summary>Name for people.</summary>
    public string? Name { get; init; }

    /// <summary>Counted, or only had.</summary>
    public FeatureKind Kind { get; init; }

    /// <summary>How its readings add up; null for a boolean feature.</summary>
    public MetricType? Metric { get; init; }

    /// <summary>What one of it is called.</summary>
    public string? Unit { get; init; }

    /// <summary><c>assignment</c> or <c>plan</c>.</summary>
    [AllowedValues("assignment", "plan")]
    public required string Source { get; init; }

    /// <summary>The plan that it comes from.</summary>
    public string? PlanId { get; init; }

    /// <summary>The limit, by another name.</summary>
    public decimal? MaxConsumptions { get; init; }

    /// <summary>A feature with its terms.</summary>
    internal static AssignedFeature Of(Feature feature, Terms terms, string? planId)
    {
        var view = new AssignedFeature
        {
            FeatureCode = feature.Code,
            FeatureId = feature.Id,
            Name = feature.Name,
            Kind = feature.Kind,
            Metric = feature.Kind == FeatureKind.Boolean ? null : feature.Metric,
            Unit = feature.Unit,
            Source = planId is null ? "assignment" : "plan",
            PlanId = planId,
            MaxConsumptions = terms.Limit,
        };
        return TermsWriting.Fill(view, terms);
    }
}
