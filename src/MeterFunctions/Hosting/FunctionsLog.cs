using Microsoft.Extensions.Logging;

namespace MeterFunctions.Hosting;

/// <summary>
/// What the app logs, each with the license and the operation that it concerns. Ids and names are those of <c>docs/logs.md</c> and never
/// change: alerts are set on them.
/// </summary>
internal static partial class FunctionsLog
{
    [LoggerMessage(EventId = 3002, EventName = "StorageLost", Level = LogLevel.Error,
        Message = "License {LicenseId}: {Count} commands were not taken, because the storage is not available.")]
    public static partial void StorageLost(this ILogger logger, Exception exception, string licenseId, int count);

    [LoggerMessage(EventId = 3003, EventName = "EntityCommandFailed", Level = LogLevel.Error,
        Message = "License {LicenseId}: the command {Command} failed.")]
    public static partial void CommandFailed(this ILogger logger, Exception exception, string licenseId, string command);

    [LoggerMessage(EventId = 3004, EventName = "AnswerLate", Level = LogLevel.Warning,
        Message = "License {LicenseId}: no answer to {Count} commands within {Milliseconds} ms; their callers are told busy.")]
    public static partial void AnswerLate(this ILogger logger, string licenseId, int count, long milliseconds);

    [LoggerMessage(EventId = 3005, EventName = "CommandsNotBrought", Level = LogLevel.Error,
        Message = "License {LicenseId}: {Count} commands could not be brought to it.")]
    public static partial void CommandsNotBrought(this ILogger logger, Exception exception, string licenseId, int count);

    [LoggerMessage(EventId = 3006, EventName = "NudgeFailed", Level = LogLevel.Warning,
        Message = "License {LicenseId}: its signals could not be announced; they are delivered by the next sweep.")]
    public static partial void NudgeFailed(this ILogger logger, Exception exception, string licenseId);

    [LoggerMessage(EventId = 3007, EventName = "EventRefused", Level = LogLevel.Warning,
        Message = "Partition {Partition}: the event at {SequenceNumber} cannot be counted ({Code}): {Detail}")]
    public static partial void EventRefused(this ILogger logger, string partition, long sequenceNumber, string code, string detail);

    [LoggerMessage(EventId = 3008, EventName = "MessageFailed", Level = LogLevel.Error,
        Message = "Partition {Partition}: the message at {SequenceNumber} failed; it is kept as a dead letter.")]
    public static partial void MessageFailed(this ILogger logger, Exception exception, string partition, long sequenceNumber);

    [LoggerMessage(EventId = 3009, EventName = "LetterFailed", Level = LogLevel.Error,
        Message = "The dead letter {LetterId} of {Characters} characters could not be kept; it is kept without what it held.")]
    public static partial void LetterFailed(this ILogger logger, Exception exception, string letterId, int characters);

    [LoggerMessage(EventId = 3010, EventName = "EventsBrought", Level = LogLevel.Information,
        Message = "Partition {Partition}: {Events} events for {Licenses} licenses were brought to them; {Refused} could not be counted.")]
    public static partial void EventsBrought(this ILogger logger, string partition, int events, int licenses, int refused);

    [LoggerMessage(EventId = 3011, EventName = "MigrationStopped", Level = LogLevel.Error,
        Message = "The migration {MigrationId} of plan {PlanId} stopped.")]
    public static partial void MigrationStopped(this ILogger logger, Exception? exception, string migrationId, string planId);

    [LoggerMessage(EventId = 3012, EventName = "EventsRefused", Level = LogLevel.Warning,
        Message = "License {LicenseId}: {Refused} events could not be counted and are kept as dead letters.")]
    public static partial void EventsRefused(this ILogger logger, string licenseId, int refused);

    [LoggerMessage(EventId = 3013, EventName = "HubLost", Level = LogLevel.Error,
        Message = "The hub did not take {Rejected} of {Events} events in time; their callers are told busy.")]
    public static partial void HubLost(this ILogger logger, Exception exception, int rejected, int events);

    [LoggerMessage(EventId = 3014, EventName = "InstanceNotPurged", Level = LogLevel.Warning,
        Message = "The orchestration {Instance} has ended, but could not be purged: try {Attempt} of {Attempts}.")]
    public static partial void InstanceNotPurged(this ILogger logger, Exception exception, string instance, int attempt, int attempts);

    [LoggerMessage(EventId = 3020, EventName = "SignalsNotTaken", Level = LogLevel.Error,
        Message = "License {LicenseId}: its signals could not be turned into deliveries; the next sweep tries again.")]
    public static partial void SignalsNotTaken(this ILogger logger, Exception exception, string licenseId);

    [LoggerMessage(EventId = 3021, EventName = "AttemptNotMade", Level = LogLevel.Error,
        Message = "An attempt to deliver to webhook {Webhook} about license {LicenseId} could not be made or kept; it is made again later.")]
    public static partial void AttemptNotMade(this ILogger logger, Exception exception, string webhook, string licenseId);

    [LoggerMessage(EventId = 3022, EventName = "SweepFailed", Level = LogLevel.Error,
        Message = "The sweep for signals that nobody was told of failed; it begins again in a minute.")]
    public static partial void SweepFailed(this ILogger logger, Exception exception);

    [LoggerMessage(EventId = 3023, EventName = "SweepNotStarted", Level = LogLevel.Error,
        Message = "The sweep {Sweep} could not be started; it is tried again in an hour.")]
    public static partial void SweepNotStarted(this ILogger logger, Exception exception, string sweep);

    [LoggerMessage(EventId = 3024, EventName = "RetentionFailed", Level = LogLevel.Error,
        Message = "License {LicenseId}: expired data could not be removed; this is tried again tomorrow.")]
    public static partial void RetentionFailed(this ILogger logger, Exception exception, string licenseId);

    [LoggerMessage(EventId = 3025, EventName = "RetentionSweepFailed", Level = LogLevel.Error,
        Message = "The sweep that removes expired data failed; it continues from the same place in a few minutes.")]
    public static partial void RetentionSweepFailed(this ILogger logger, Exception exception);

    [LoggerMessage(EventId = 3026, EventName = "DeadLettersExpired", Level = LogLevel.Warning,
        Message = "{Count} dead letters were removed: they were older than {Days} days. Retry or remove them earlier.")]
    public static partial void DeadLettersExpired(this ILogger logger, int count, int days);

    [LoggerMessage(EventId = 3027, EventName = "QueueStartedAgain", Level = LogLevel.Warning,
        Message = "Webhook queue {Queue}: the orchestration {Instance} that sent its messages ended early; another one has taken over.")]
    public static partial void QueueStartedAgain(this ILogger logger, string queue, string instance);

    [LoggerMessage(EventId = 3028, EventName = "QueueNotLookedAt", Level = LogLevel.Warning,
        Message = "Webhook queue {Queue}: the task hub did not say whether its messages are still being sent; it is asked again later.")]
    public static partial void QueueNotLookedAt(this ILogger logger, Exception exception, string queue);

    [LoggerMessage(EventId = 3029, EventName = "QueueSweepFailed", Level = LogLevel.Error,
        Message = "The sweep for late webhook messages failed; it continues from the same place in 15 minutes.")]
    public static partial void QueueSweepFailed(this ILogger logger, Exception exception);

    [LoggerMessage(EventId = 3030, EventName = "IndexRowsLeft", Level = LogLevel.Warning,
        Message = "License {LicenseId}: rows that led to it before its change could not be removed; they give no access, and are "
            + "removed when they are next read.")]
    public static partial void IndexRowsLeft(this ILogger logger, Exception exception, string licenseId);

    [LoggerMessage(EventId = 3031, EventName = "SettingWrong", Level = LogLevel.Error, Message = "{Fault}")]
    public static partial void SettingWrong(this ILogger logger, string fault);

    [LoggerMessage(EventId = 3032, EventName = "ListNoteLeft", Level = LogLevel.Warning,
        Message = "License {LicenseId}: what lists show of it could not be noted; they read the license itself until it is.")]
    public static partial void ListNoteLeft(this ILogger logger, Exception exception, string licenseId);

    [LoggerMessage(EventId = 3040, EventName = "BlobExportFailed", Level = LogLevel.Warning,
        Message = "Export {ExportId} to the container failed: {Why}")]
    public static partial void BlobExportFailed(this ILogger logger, string exportId, string why);

    [LoggerMessage(EventId = 3041, EventName = "BlobExportFaulted", Level = LogLevel.Error,
        Message = "Export {ExportId} to the container failed because of a fault in the service.")]
    public static partial void BlobExportFaulted(this ILogger logger, Exception exception, string exportId);

    [LoggerMessage(EventId = 3042, EventName = "ExportRoundFailed", Level = LogLevel.Error,
        Message = "A round of exports failed; the next one begins in a minute.")]
    public static partial void ExportRoundFailed(this ILogger logger, Exception exception);

    [LoggerMessage(EventId = 3043, EventName = "ExportsNotWoken", Level = LogLevel.Warning,
        Message = "An export was accepted, but could not be started at once; it starts within an hour.")]
    public static partial void ExportsNotWoken(this ILogger logger, Exception exception);
}
