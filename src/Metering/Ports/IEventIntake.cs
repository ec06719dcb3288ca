namespace Metering;

/// <summary>Takes usage events in: counts them at once, or puts them on a stream from which they are counted.</summary>
public interface IEventIntake
{
    /// <summary>Takes events in, in their order for each license. What was accepted is durable when it returns.</summary>
    ValueTask<IntakeResult> TakeAsync(IReadOnlyList<UsageEvent> events, CancellationToken cancellationToken);
}
