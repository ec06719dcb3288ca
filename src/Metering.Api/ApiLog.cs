using Microsoft.Extensions.Logging;

namespace Metering.Api;

/// <summary>
/// Everything that the API logs, in one place. Ids and names are those of <c>docs/logs.md</c> and never change: alerts are set on them.
/// </summary>
internal static partial class ApiLog
{
    [LoggerMessage(EventId = 1001, EventName = "RouteFailed", Level = LogLevel.Error,
        Message = "The route {Route} failed.")]
    public static partial void RouteFailed(this ILogger logger, Exception exception, string route);

    [LoggerMessage(EventId = 1002, EventName = "RouteUnavailable", Level = LogLevel.Error,
        Message = "The route {Route} could not be served: the storage is not available.")]
    public static partial void RouteUnavailable(this ILogger logger, Exception exception, string route);

    [LoggerMessage(EventId = 1003, EventName = "EventLost", Level = LogLevel.Error,
        Message = "The event {EventId} could not be counted: the storage is not available.")]
    public static partial void EventLost(this ILogger logger, Exception exception, string eventId);

    [LoggerMessage(EventId = 1004, EventName = "EventFailed", Level = LogLevel.Error,
        Message = "The event {EventId} could not be counted.")]
    public static partial void EventFailed(this ILogger logger, Exception exception, string eventId);

    [LoggerMessage(EventId = 1005, EventName = "EventsNotTaken", Level = LogLevel.Error,
        Message = "The events from index {First} to {Last} of a request could not be taken, but earlier ones were "
            + "counted; they are told as rejected.")]
    public static partial void EventsNotTaken(this ILogger logger, Exception exception, int first, int last);

    [LoggerMessage(EventId = 1006, EventName = "LettersNotKept", Level = LogLevel.Error,
        Message = "{Count} events that can't be counted could not be kept as dead letters; their request says so.")]
    public static partial void LettersNotKept(this ILogger logger, Exception exception, int count);

    [LoggerMessage(EventId = 1007, EventName = "MigrationFailed", Level = LogLevel.Error,
        Message = "The migration {Migration} of the plan {Plan} failed.")]
    public static partial void MigrationFailed(this ILogger logger, Exception? exception, string migration, string plan);

    [LoggerMessage(EventId = 1008, EventName = "MigrationInterrupted", Level = LogLevel.Information,
        Message = "The migration {Migration} of the plan {Plan} ended with the process, after {Total} licenses. Start it again.")]
    public static partial void MigrationInterrupted(this ILogger logger, string migration, string plan, long total);

    [LoggerMessage(EventId = 1009, EventName = "LoginFailed", Level = LogLevel.Warning,
        Message = "A login from {Address} failed: {What}. Others that follow closely from there are not logged.")]
    public static partial void LoginFailed(this ILogger logger, string address, string what);

    [LoggerMessage(EventId = 1010, EventName = "LoginsLimited", Level = LogLevel.Warning,
        Message = "Logins from {Address} fail more than {Most} times a minute. Until that ends they are answered 429 without a look-up.")]
    public static partial void LoginsLimited(this ILogger logger, string address, int most);

    [LoggerMessage(EventId = 1011, EventName = "LicenseNotMigrated", Level = LogLevel.Error,
        Message = "License {LicenseId} could not be moved by the migration {Migration} of the plan {Plan}; it is skipped, and the migration goes on.")]
    public static partial void LicenseNotMigrated(
        this ILogger logger, Exception exception, string licenseId, string migration, string plan);

    [LoggerMessage(EventId = 1012, EventName = "ProxyLimited", Level = LogLevel.Warning,
        Message = "Logins from {Address} are limited, and its requests have the header X-Forwarded-For. If it is a proxy, all callers "
            + "behind it share the limit: name it in Metering:KnownProxies.")]
    public static partial void ProxyLimited(this ILogger logger, string address);

    [LoggerMessage(EventId = 1020, EventName = "LettersKept", Level = LogLevel.Warning,
        Message = "Events that can't be counted: {Count}. They are kept as dead letters; the last one is {Letter}: {Code}. See GET "
            + "/api/v1/dead-letters.")]
    public static partial void LettersKept(this ILogger logger, long count, string code, string letter);

    [LoggerMessage(EventId = 1021, EventName = "DeliveriesFailed", Level = LogLevel.Warning,
        Message = "Failed attempts to deliver: {Count}. The last one is {Delivery} to webhook {Webhook}: {Failure} They are tried again for "
            + "as long as RetryHours says.")]
    public static partial void DeliveriesFailed(this ILogger logger, long count, string webhook, string delivery, string failure);

    [LoggerMessage(EventId = 1022, EventName = "TelemetryNotSent", Level = LogLevel.Warning,
        Message = "Telemetry can't be sent: {Fault} Look at the variables OTEL_EXPORTER_OTLP_*. This is told once an hour.")]
    public static partial void TelemetryNotSent(this ILogger logger, string fault);
}
