namespace Metering.Client.Admin;

/// <summary>Whether a meter can serve.</summary>
/// <param name="IsReady">Whether it can.</param>
/// <param name="Detail">Why not, as far as the token may know; null when it can.</param>
/// <param name="ServerTime">The clock of the machine that answered, UTC, in whole seconds; null when the answer does not tell.</param>
public sealed record Health(bool IsReady, string? Detail, DateTimeOffset? ServerTime);
