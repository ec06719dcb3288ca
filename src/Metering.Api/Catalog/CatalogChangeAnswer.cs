namespace Metering.Api;

/// <summary>What a document changed.</summary>
/// <param name="Created">What is new.</param>
/// <param name="Changed">What is different now; a plan has a new version.</param>
/// <param name="Unchanged">What was there already, just so.</param>
/// <param name="Differences">
/// How new versions of plans differ from those before them, at most 1,000. No license is concerned before it is migrated: it stays on its
/// version.
/// </param>
/// <param name="DryRun">Whether it was only tried.</param>
[Example(
    """
    {"created":[{"type":"plan","id":"pro","version":1}],"changed":[],"unchanged":[{"type":"feature","id":"messages","version":null}],
     "differences":[],"dry_run":false}
    """)]
public sealed record CatalogChangeAnswer(
    IReadOnlyList<CatalogItem> Created, IReadOnlyList<CatalogItem> Changed, IReadOnlyList<CatalogItem> Unchanged,
    IReadOnlyList<TermsDifference> Differences, bool DryRun);
