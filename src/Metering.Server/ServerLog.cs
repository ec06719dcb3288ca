using Microsoft.Extensions.Logging;

namespace Metering.Server;

/// <summary>Everything that the server logs, in one place. Each message that asks for somebody's help says what to do.</summary>
internal static partial class ServerLog
{
    [LoggerMessage(1, LogLevel.Warning, "The write-ahead log {File} could not be copied and grows until it can: {Problem}. Look for free space.")]
    internal static partial void LogNotCopied(this ILogger logger, string file, string problem);

    [LoggerMessage(2, LogLevel.Error, "Nothing can be counted now: {Problem}")]
    internal static partial void JournalFailed(this ILogger logger, string problem);

    [LoggerMessage(3, LogLevel.Information, "Counting goes on: the journal can be written again.")]
    internal static partial void JournalRecovered(this ILogger logger);

    [LoggerMessage(4, LogLevel.Error, "Durable commands could not be written out; they stay in the journal and are tried again: {Problem}")]
    internal static partial void WriteOutFailed(this ILogger logger, string problem);

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

    [LoggerMessage(14, LogLevel.Information, "The filter of known keys was not built: {Reason} Look-ups of keys ask the store.")]
    internal static partial void FilterNotLearned(this ILogger logger, string reason);

    [LoggerMessage(12, LogLevel.Error, "Old entries could not be removed; it is tried again in an hour: {Problem}")]
    internal static partial void RetentionFailed(this ILogger logger, string problem);
}
