namespace Metering.Api;

/// <summary>The catalog as one declarative document: what is in it is put in force; what is not in it stays as it is.</summary>
public sealed record CatalogDocument
{
    /// <summary>Most features and most plans in one document.</summary>
    public const int MaxItems = 1000;

    /// <summary>What plans may include; null where nothing of it is to change.</summary>
    public FeatureDocument?[]? Features { get; init; }

    /// <summary>What licenses may be on; null where nothing of it is to change.</summary>
    public PlanDocument?[]? Plans { get; init; }
}
