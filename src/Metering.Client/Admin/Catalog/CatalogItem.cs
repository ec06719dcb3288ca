namespace Metering.Client.Admin;

/// <summary>A feature or a plan of a document.</summary>
public sealed record CatalogItem
{
    /// <summary><c>feature</c> or <c>plan</c>.</summary>
    public required string Type { get; init; }

    /// <summary>The feature's code, or the plan's id.</summary>
    public required string Id { get; init; }

    /// <summary>The plan's version.</summary>
    public int? Version { get; init; }
}
