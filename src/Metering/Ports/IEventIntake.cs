namespace Metering;

/// <summary>Takes usage events in: counts them at once, or puts them on a stream from which they are counted.</summary>
public interface IEventIntake
{
    /// <summary>Takes events in, in their order for each license. What was accepted is durable when it returns.</summary>
    ValueTask<IntakeResult> TakeAsync(IReadOnlyList<UsageEvent> events, CancellationToken cancellationToken);
}

/// <summary>What became of events.</summary>
/// <param name="Accepted">How many were taken in, duplicates not included.</param>
/// <param name="Duplicates">How many had been counted before.</param>
/// <param name="Rejected">Those that can't be counted, with the reason.</param>
public sealed record IntakeResult(int Accepted, int Duplicates, IReadOnlyList<RejectedEvent> Rejected)
{
    /// <summary>The code of a rejected event that may be counted when it is sent again: the host could not take it now.</summary>
    public const string Busy = "busy";
}

/// <summary>An event that can't be counted.</summary>
/// <param name="Event">The event.</param>
/// <param name="Code">Why: one of <see cref="RefusalCode"/>, or <see cref="IntakeResult.Busy"/>.</param>
/// <param name="Detail">Why, for people.</param>
/// <param name="Pointer">The event's field at fault, as a JSON pointer; null when it is none.</param>
public sealed record RejectedEvent(UsageEvent Event, string Code, string Detail, string? Pointer = null);
