namespace Metering.Api;

/// <summary>Body of an assignment: a feature and its terms.</summary>
[Example("""{"feature_code":"api_calls","max_consumptions":1000,"reset":"month"}""")]
public sealed record AssignmentRequest : TermsDocument
{
    /// <summary>The feature's code; or <see cref="FeatureId"/>.</summary>
    public string? FeatureCode { get; init; }

    /// <summary>The feature's id, <c>feat_…</c>; or <see cref="FeatureCode"/>.</summary>
    public string? FeatureId { get; init; }

    /// <summary>The limit, by another name.</summary>
    public decimal? MaxConsumptions { get; init; }
}
