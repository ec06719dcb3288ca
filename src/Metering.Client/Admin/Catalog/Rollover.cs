namespace Metering.Client.Admin;

/// <summary>How much of what a period leaves may be used in the next one.</summary>
/// <param name="Max">Most units that are kept.</param>
public sealed record Rollover(decimal Max);
