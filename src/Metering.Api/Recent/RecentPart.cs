namespace Metering.Api;

/// <summary>What a look at the live tail found.</summary>
/// <param name="Events">The events, in the order in which they were decided.</param>
/// <param name="Last">The number after which the next look goes on.</param>
/// <param name="Missed">How many events came after the look before and can't be shown any more.</param>
internal sealed record RecentPart(IReadOnlyList<RecentEvent> Events, long Last, long Missed);
