using Metering;

namespace MeterFunctions.Ingest;

/// <summary>In place of a hub whose setting is wrong: takes nothing, and says why.</summary>
/// <remarks>
/// Not left out: events that are meant for a hub would then be counted at once, and once more when they come by way of it.
/// </remarks>
/// <param name="fault">What is wrong with the setting.</param>
internal sealed class NoHub(string fault) : IEventIntake
{
    /// <inheritdoc/>
    public ValueTask<IntakeResult> TakeAsync(IReadOnlyList<UsageEvent> events, CancellationToken cancellationToken) =>
        ValueTask.FromResult(new IntakeResult(0, 0, [.. events.Select(usage => new RejectedEvent(usage, IntakeResult.Busy, fault))]));
}
