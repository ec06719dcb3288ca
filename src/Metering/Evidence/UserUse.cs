namespace Metering;

/// <summary>What one user used in a day.</summary>
/// <param name="Sum">Units.</param>
/// <param name="Count">Changes.</param>
public sealed record UserUse(decimal Sum, long Count);
