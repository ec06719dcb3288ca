using Microsoft.Extensions.Logging;

namespace Metering.Server;

/// <summary>Everything that the server logs, in one place. Each message that asks for somebody's help says what to do.</summary>
internal static partial class ServerLog
{
    [LoggerMessage(1, LogLevel.Warning, "The write-ahead log {File} could not be copied and grows until it can: {Fault}. Look for free space.")]
    internal static partial void LogNotCopied(this ILogger logger, string file, string fault);

    [LoggerMessage(2, LogLevel.Error, "Nothing can be counted now: {Fault}")]
    internal static partial void JournalFailed(this ILogger logger, Exception? cause, string fault);

    [LoggerMessage(3, LogLevel.Information, "Counting goes on: the journal can be written again.")]
    internal static partial void JournalRecovered(this ILogger logger);

    [LoggerMessage(4, LogLevel.Error, "Durable commands could not be written out; they stay in the journal and are tried again: {Fault}")]
    internal static partial void WriteOutFailed(this ILogger logger, Exception? cause, string fault);

    [LoggerMessage(5, LogLevel.Information, "Writing out works again.")]
    internal static partial void WriteOutRecovered(this ILogger logger);

    [LoggerMessage(6, LogLevel.Information, "Replayed {Commands} commands of the journal.")]
    internal static partial void JournalReplayed(this ILogger logger, long commands);

    [LoggerMessage(7, LogLevel.Error, "License {LicenseId}: {Command} failed.")]
    internal static partial void CommandFailed(this ILogger logger, Exception exception, string licenseId, string command);

    [LoggerMessage(8, LogLevel.Warning, "{Count} signals were dropped, the oldest first: more than {Most} waited. Look for receivers that do not answer.")]
    internal static partial void SignalsDropped(this ILogger logger, long count, int most);

    [LoggerMessage(9, LogLevel.Warning, "{Count} dead letters were dropped, the oldest first: there were more than {Most}. Retry or remove them.")]
    internal static partial void DeadLettersDropped(this ILogger logger, long count, int most);

    [LoggerMessage(10, LogLevel.Information, "Data directory {Directory}; {Licenses} licenses; {Shards} shards.")]
    internal static partial void EngineOpened(this ILogger logger, string directory, long licenses, int shards);

    [LoggerMessage(11, LogLevel.Information, "Everything is written out.")]
    internal static partial void EngineClosed(this ILogger logger);

    [LoggerMessage(15, LogLevel.Error, "{Loop} failed {Failures} times in a row; it is tried again. Look at the cause: free space, the right to write, another program that holds the file.")]
    internal static partial void LoopFailed(this ILogger logger, Exception cause, string loop, int failures);

    [LoggerMessage(16, LogLevel.Information, "{Loop} works again after {Failures} failures.")]
    internal static partial void LoopRecovered(this ILogger logger, string loop, int failures);

    [LoggerMessage(17, LogLevel.Error, "A batch of commands failed; none of it was counted, and its callers were told busy.")]
    internal static partial void BatchFailed(this ILogger logger, Exception cause);

    [LoggerMessage(18, LogLevel.Critical, "The server stops because {Service} ended though nobody asked it to.")]
    internal static partial void StoppedUnasked(this ILogger logger, Exception? cause, string service);

    [LoggerMessage(19, LogLevel.Error, "{Fault}")]
    internal static partial void ClockJumped(this ILogger logger, string fault);

    [LoggerMessage(20, LogLevel.Information, "The machine's clock is followed again: {Now}.")]
    internal static partial void ClockRight(this ILogger logger, DateTimeOffset now);
}
