namespace Metering.Reports;

/// <summary>What one user used.</summary>
/// <param name="UserId">The user, as callers name it.</param>
/// <param name="Total">Units: the sum of the user's changes.</param>
/// <param name="Count">How many changes there were.</param>
/// <param name="Share">
/// Its part of all changes of the span, from 0 to 1, those that name no user included; null where they come to nothing.
/// </param>
public sealed record UserUsage(string UserId, decimal Total, long Count, decimal? Share);
