using System.ComponentModel.DataAnnotations;

namespace Metering.Api;

/// <summary>A feature that a license has, with its terms.</summary>
public sealed record AssignedFeature : TermsDocument
{
    /// <summary>The name by which callers ask for the feature.</summary>
    public required string FeatureCode { get; init; }

    /// <summary>The code with the prefix <c>feat_</c>.</summary>
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
