using Microsoft.Extensions.Logging;

namespace Metering.Client;

/// <summary>What the client tells of what happens unseen.</summary>
internal static partial class ClientLog
{
    [LoggerMessage(
        EventId = 4001, EventName = "ReservationNotReleased", Level = LogLevel.Warning,
        Message = "The reservation {Id} could not be given back; it goes back by itself when its time is over.")]
    public static partial void NotReleased(ILogger logger, string id, Exception failure);

    [LoggerMessage(
        EventId = 4002, EventName = "QueueNotSent", Level = LogLevel.Warning,
        Message = "Records of the queue ({Count} wait) could not be sent, or not be removed after that; it is tried again in {Seconds} s.")]
    public static partial void NotSent(ILogger logger, long count, double seconds, Exception failure);

    [LoggerMessage(
        EventId = 4003, EventName = "QueueLeft", Level = LogLevel.Information,
        Message = "{Count} records stay in the queue; the next start sends them.")]
    public static partial void LeftInQueue(ILogger logger, long count);

    [LoggerMessage(
        EventId = 4004, EventName = "RecordRejected", Level = LogLevel.Error,
        Message = "The meter will never take a record of the queue: {Why} Kept in rejected.ndjson: {Kept}.")]
    public static partial void Rejected(ILogger logger, string why, bool kept, Exception? failure);

    [LoggerMessage(
        EventId = 4005, EventName = "EventNotCounted", Level = LogLevel.Warning,
        Message = "The meter did not count the event {EventId}: {Code}, {Detail}")]
    public static partial void EventRejected(ILogger logger, string? eventId, string code, string detail);

    [LoggerMessage(
        EventId = 4006, EventName = "OnRejectedFailed", Level = LogLevel.Error,
        Message = "OnRejected failed for an event that was not counted; the events after it go on.")]
    public static partial void CallbackFailed(ILogger logger, Exception failure);

    [LoggerMessage(
        EventId = 4007, EventName = "LeaseTaken", Level = LogLevel.Debug,
        Message = "Took the lease {Id} of {Amount} units of {Feature}.")]
    public static partial void LeaseTaken(ILogger logger, string id, long amount, string feature);

    [LoggerMessage(
        EventId = 4008, EventName = "LeaseFailed", Level = LogLevel.Warning,
        Message = "Leasing units of {Feature}, or telling the meter what was spent, failed; it is tried again in {Seconds} s.")]
    public static partial void LeaseFailed(ILogger logger, string feature, double seconds, Exception failure);

    [LoggerMessage(
        EventId = 4009, EventName = "LeaseKept", Level = LogLevel.Warning,
        Message = "What was leased of {Feature} could not be given back. The journal keeps it, and the next start goes on with it.")]
    public static partial void LeaseKept(ILogger logger, string feature, Exception failure);

    [LoggerMessage(
        EventId = 4010, EventName = "LeaseRejected", Level = LogLevel.Warning,
        Message = "The lease {Id} in the journal is not spent: {Why}.")]
    public static partial void LeaseRejected(ILogger logger, string id, string why);

    [LoggerMessage(
        EventId = 4011, EventName = "KeptUseNotCountedAgain", Level = LogLevel.Warning,
        Message = "A kept use of {Amount} {Feature} was not counted, because its key {Key} has counted before. If that was for this same "
            + "use, nothing is missing; if the key was given to another use, this one is missing.")]
    public static partial void KeyReused(ILogger logger, decimal amount, string feature, string key);
}
