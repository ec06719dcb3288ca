namespace Metering.Client;

/// <summary>Units that were spent from a lease, as the meter is told of them. Its id is made once, so it counts once.</summary>
/// <param name="EventId">By which the meter recognizes a repeat.</param>
/// <param name="Amount">Units.</param>
/// <param name="OccurredAt">When, UTC.</param>
internal sealed record LeaseStep(string EventId, decimal Amount, DateTimeOffset OccurredAt);
