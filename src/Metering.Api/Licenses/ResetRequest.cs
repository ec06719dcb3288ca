using System.ComponentModel;

namespace Metering.Api;

/// <summary>Body of a usage reset.</summary>
[Example("""{"feature_code":"api_calls","top_up":500}""")]
public sealed record ResetRequest : NotedRequest
{
    /// <summary>The feature; every metered feature where it is absent.</summary>
    public string? FeatureCode { get; init; }

    /// <summary>Instead of a reset: units to add to the allowance.</summary>
    public decimal? TopUp { get; init; }

    /// <summary>Whether periods stay counted from the same anchor; true where it is absent.</summary>
    [DefaultValue(true)]
    public bool? KeepAnchor { get; init; }
}
