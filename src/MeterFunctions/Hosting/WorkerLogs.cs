using Microsoft.Extensions.Logging;

namespace MeterFunctions.Hosting;

/// <summary>What the app's process logs, before <c>host.json</c> decides what of it is kept.</summary>
internal static class WorkerLogs
{
    private static readonly string[] Own = [nameof(MeterFunctions), nameof(Metering)];

    /// <summary>
    /// Lets everything of the app's own through, and warnings of all others, and writes what is logged while no function runs to
    /// <paramref name="errors"/>.
    /// </summary>
    /// <remarks>
    /// ASP.NET Core tells several times of each request at <c>Information</c>. The Functions host would drop that, but only after each
    /// record was made, serialized and sent to it: work for every consume that nobody sees. <c>Logging:LogLevel</c> in the configuration
    /// still wins over the general level, so that somebody who looks for a fault can see more.
    /// </remarks>
    public static ILoggingBuilder AddWorkerLogs(this ILoggingBuilder logging, TextWriter errors)
    {
        logging.SetMinimumLevel(LogLevel.Warning);
        foreach (var category in Own)
        {
            logging.AddFilter(category, LogLevel.Information);
        }

        return logging.AddProvider(new LogOutsideFunctions(errors));
    }
}
