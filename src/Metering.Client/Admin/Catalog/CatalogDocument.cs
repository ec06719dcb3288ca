namespace Metering.Client.Admin;

/// <summary>All features and plans: what can be sold.</summary>
public sealed record CatalogDocument
{
    /// <summary>What plans may include; null where nothing of it is to change.</summary>
    public IReadOnlyList<Feature>? Features { get; init; }

    /// <summary>What licenses may be on; null where nothing of it is to change.</summary>
    public IReadOnlyList<Plan>? Plans { get; init; }
}
