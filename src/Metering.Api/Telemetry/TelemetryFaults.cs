using System.Diagnostics.Tracing;
using Microsoft.Extensions.Logging;

namespace Metering.Api;

/// <summary>
/// Tells in the log that telemetry can't be sent. The exporter itself says so only in an event source that nobody looks at, so that a
/// collector with a misspelt address would go unnoticed.
/// </summary>
internal sealed class TelemetryFaults(ILogger<TelemetryFaults> logger, TimeProvider time) : EventListener
{
    private const string Exporter = "OpenTelemetry-Exporter-OpenTelemetryProtocol";
    private static readonly TimeSpan Pause = TimeSpan.FromHours(1);

    private readonly Lock _gate = new();
    private long? _toldAt;

    /// <inheritdoc/>
    protected override void OnEventSourceCreated(EventSource eventSource)
    {
        if (eventSource.Name == Exporter)
        {
            // A collector that does not answer is a warning there: the exporter hopes that it passes.
            EnableEvents(eventSource, EventLevel.Warning);
        }
    }

    /// <inheritdoc/>
    protected override void OnEventWritten(EventWrittenEventArgs eventData)
    {
        // One value alone that can't be sent must not take the hour's line.
        if (eventData.EventName == "UnsupportedAttributeType")
        {
            return;
        }

        // Called on the exporter's thread, at each batch that could not be sent.
        lock (_gate)
        {
            if (_toldAt is { } told && time.GetElapsedTime(told) < Pause)
            {
                return;
            }

            _toldAt = time.GetTimestamp();
        }

        logger.TelemetryNotSent(Words(eventData));
    }

    // The event's own sentence, with its values put in; of an exception only the first line.
    private static string Words(EventWrittenEventArgs told)
    {
        var values = (told.Payload ?? []).Select(value => value?.ToString()?.Split('\n')[0].Trim() ?? "").ToArray();
        return told.Message is { } message
            ? string.Format(System.Globalization.CultureInfo.InvariantCulture, message, [.. values])
            : string.Join(' ', values);
    }
}
