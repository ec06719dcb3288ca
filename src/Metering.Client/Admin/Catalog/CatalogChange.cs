namespace Metering.Client.Admin;

/// <summary>What a document changed, or would change.</summary>
public sealed record CatalogChange
{
    /// <summary>What is new.</summary>
    public IReadOnlyList<CatalogItem> Created { get; init => field = value ?? []; } = [];

    /// <summary>What is different now; a plan has a new version.</summary>
    public IReadOnlyList<CatalogItem> Changed { get; init => field = value ?? []; } = [];

    /// <summary>What was there already, just so.</summary>
    public IReadOnlyList<CatalogItem> Unchanged { get; init => field = value ?? []; } = [];

    /// <summary>
    /// How new versions of plans differ from those before them, at most 1,000. No license is concerned before it is migrated: it stays
    /// on its version.
    /// </summary>
    public IReadOnlyList<TermsDifference> Differences { get; init => field = value ?? []; } = [];

    /// <summary>Whether it was only tried.</summary>
    public bool DryRun { get; init; }
}
