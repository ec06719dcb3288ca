namespace Metering.Client.Admin;

/// <summary>What one user used in a day.</summary>
/// <param name="Sum">Units.</param>
/// <param name="Count">How many changes.</param>
public sealed record UserShare(decimal Sum, long Count);
