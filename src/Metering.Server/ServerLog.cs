using Microsoft.Extensions.Logging;

namespace Metering.Server;

/// <summary>
/// Everything that the server logs, in one place. Each message that asks for somebody's help says what to do. Ids and names are those of
/// <c>docs/logs.md</c> and never change: alerts are set on them.
/// </summary>
internal static partial class ServerLog
{
    [LoggerMessage(EventId = 2001, EventName = "WriteAheadLogNotCopied", Level = LogLevel.Warning,
        Message = "The write-ahead log {File} could not be copied and grows until it can: {Fault}. Look for free space.")]
    internal static partial void LogNotCopied(this ILogger logger, string file, string fault);

    [LoggerMessage(EventId = 2002, EventName = "JournalFailed", Level = LogLevel.Error,
        Message = "Nothing can be counted now: {Fault}")]
    internal static partial void JournalFailed(this ILogger logger, Exception? cause, string fault);

    [LoggerMessage(EventId = 2003, EventName = "JournalRecovered", Level = LogLevel.Information,
        Message = "Counting goes on: the journal can be written again.")]
    internal static partial void JournalRecovered(this ILogger logger);

    [LoggerMessage(EventId = 2004, EventName = "WriteOutFailed", Level = LogLevel.Error,
        Message = "Durable commands could not be written out; they stay in the journal and are tried again: {Fault}")]
    internal static partial void WriteOutFailed(this ILogger logger, Exception? cause, string fault);

    [LoggerMessage(EventId = 2005, EventName = "WriteOutRecovered", Level = LogLevel.Information,
        Message = "Writing out works again.")]
    internal static partial void WriteOutRecovered(this ILogger logger);

    [LoggerMessage(EventId = 2006, EventName = "JournalReplayed", Level = LogLevel.Information,
        Message = "Replayed {Commands} commands of the journal.")]
    internal static partial void JournalReplayed(this ILogger logger, long commands);

    [LoggerMessage(EventId = 2007, EventName = "CommandFailed", Level = LogLevel.Error,
        Message = "License {LicenseId}: {Command} failed.")]
    internal static partial void CommandFailed(this ILogger logger, Exception exception, string licenseId, string command);

    [LoggerMessage(EventId = 2008, EventName = "SignalsDropped", Level = LogLevel.Warning,
        Message = "{Count} signals were dropped, the oldest first: more than {Most} waited. Look for receivers that do not answer.")]
    internal static partial void SignalsDropped(this ILogger logger, long count, int most);

    [LoggerMessage(EventId = 2009, EventName = "DeadLettersDropped", Level = LogLevel.Warning,
        Message = "{Count} dead letters were dropped, the oldest first: there were more than {Most}. Retry or remove them.")]
    internal static partial void DeadLettersDropped(this ILogger logger, long count, int most);

    [LoggerMessage(EventId = 2010, EventName = "EngineOpened", Level = LogLevel.Information,
        Message = "Data directory {Directory}. Licenses: {Licenses}. Shards: {Shards}.")]
    internal static partial void EngineOpened(this ILogger logger, string directory, long licenses, int shards);

    [LoggerMessage(EventId = 2011, EventName = "EngineClosed", Level = LogLevel.Information,
        Message = "Everything is written out.")]
    internal static partial void EngineClosed(this ILogger logger);

    /// <summary>At the end, whether the store has everything.</summary>
    internal static void LogEnd(this ILogger logger, int pending)
    {
        if (pending == 0)
        {
            logger.EngineClosed();
        }
        else
        {
            logger.CommandsLeft(pending);
        }
    }

    [LoggerMessage(EventId = 2012, EventName = "LoopFailed", Level = LogLevel.Error,
        Message = "{Loop} failed {Failures} times in a row; it is tried again. Look at the cause: free space, the "
            + "right to write, another program that holds the file.")]
    internal static partial void LoopFailed(this ILogger logger, Exception cause, string loop, int failures);

    [LoggerMessage(EventId = 2013, EventName = "LoopRecovered", Level = LogLevel.Information,
        Message = "{Loop} works again after {Failures} failures.")]
    internal static partial void LoopRecovered(this ILogger logger, string loop, int failures);

    [LoggerMessage(EventId = 2014, EventName = "BatchFailed", Level = LogLevel.Error,
        Message = "A batch of commands failed; none of it was counted, and its callers were told busy.")]
    internal static partial void BatchFailed(this ILogger logger, Exception cause);

    [LoggerMessage(EventId = 2015, EventName = "StoppedUnasked", Level = LogLevel.Critical,
        Message = "The server stops because {Service} ended though nobody asked it to.")]
    internal static partial void StoppedUnasked(this ILogger logger, Exception? cause, string service);

    [LoggerMessage(EventId = 2016, EventName = "ClockJumped", Level = LogLevel.Error,
        Message = "{Fault}")]
    internal static partial void ClockJumped(this ILogger logger, string fault);

    [LoggerMessage(EventId = 2017, EventName = "ClockRight", Level = LogLevel.Information,
        Message = "The machine's clock is followed again: {Now}.")]
    internal static partial void ClockRight(this ILogger logger, DateTimeOffset now);

    [LoggerMessage(EventId = 2019, EventName = "DeliveryNotKept", Level = LogLevel.Error,
        Message = "The outcome of a delivery to webhook {Webhook} could not be stored; the delivery is sent again. Free space or "
            + "give this user the right to write.")]
    internal static partial void DeliveryNotKept(this ILogger logger, Exception failure, string webhook);

    [LoggerMessage(EventId = 2020, EventName = "FirstStartWritten", Level = LogLevel.Warning,
        Message = "A token with all scopes is in {File}, and shown nowhere else. Read it and delete the file.")]
    internal static partial void FirstStartWritten(this ILogger logger, string file);

    [LoggerMessage(EventId = 2021, EventName = "ClockOnTrial", Level = LogLevel.Warning,
        Message = "The server was off for some hours or more, or its clock is ahead. For {Minutes} minutes nothing is removed and no scheduled "
            + "export is made. If the clock is wrong, set it; to end the wait, restart with --confirm-clock and today's date.")]
    internal static partial void ClockOnTrial(this ILogger logger, int minutes);

    [LoggerMessage(EventId = 2022, EventName = "SchedulesWait", Level = LogLevel.Warning,
        Message = "The clock jumped ahead. Scheduled exports wait for {Minutes} minutes. If the clock is wrong, set it.")]
    internal static partial void SchedulesWait(this ILogger logger, int minutes);

    [LoggerMessage(EventId = 2023, EventName = "CommandsLeft", Level = LogLevel.Warning,
        Message = "{Count} commands are only in journal.db; the next start of this version writes them out. Keep the files of the data directory together.")]
    internal static partial void CommandsLeft(this ILogger logger, int count);

    [LoggerMessage(EventId = 2030, EventName = "ExportFailed", Level = LogLevel.Warning,
        Message = "Export {Export} failed: {Failure}")]
    internal static partial void ExportFailed(this ILogger logger, string export, string failure);

    [LoggerMessage(EventId = 2031, EventName = "ExportFaulted", Level = LogLevel.Error,
        Message = "Export {Export} failed because of a fault in the service.")]
    internal static partial void ExportFaulted(this ILogger logger, Exception fault, string export);
}
