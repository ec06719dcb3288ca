namespace Metering.Api;

/// <summary>A feature or a version of a plan.</summary>
/// <param name="Type"><c>feature</c> or <c>plan</c>.</param>
/// <param name="Id">The feature's code, or the plan's id.</param>
/// <param name="Version">The plan's version.</param>
public sealed record CatalogItem(string Type, string Id, int? Version);
