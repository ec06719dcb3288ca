using System.Diagnostics.Metrics;

namespace Metering.Api;

/// <summary>
/// What both hosts count. <c>docs/metrics.md</c> lists every instrument, and a test compares it. They cost next to nothing as long as
/// nobody listens.
/// </summary>
public static class ApiMetrics
{
    /// <summary>The name of the meter and of the activity source, on both hosts.</summary>
    public const string Name = "Metering";

    private static readonly Meter Meter = new(Name);

    private static readonly Counter<long> DeliveryAttempts = Meter.CreateCounter<long>(
        "metering.deliveries", "{attempt}", "Attempts to deliver to webhooks, by `outcome`: delivered, retried, failed.");

    private static readonly Counter<long> DeadLetters = Meter.CreateCounter<long>(
        "metering.dead_letters", "{event}", "Events that were kept as dead letters, by `code`.");

    private static readonly Counter<long> RejectedEvents = Meter.CreateCounter<long>(
        "metering.events.rejected", "{event}", "Events that could not be counted, by `code`; `busy` ones may be sent again.");

    private static readonly Counter<long> Repeats = Meter.CreateCounter<long>(
        "metering.replays", "{request}", "Requests that were answered with the first answer to their key.");

    /// <summary>Counts an attempt to deliver.</summary>
    internal static void Attempted(Delivery delivery) => DeliveryAttempts.Add(
        1, new KeyValuePair<string, object?>("outcome", delivery.Status switch
        {
            DeliveryStatus.Delivered => "delivered",
            DeliveryStatus.Pending => "retried",
            _ => "failed",
        }));

    /// <summary>Counts an event that could not be counted.</summary>
    // Codes are the API's own, so there are few of them.
    public static void Rejected(string code) => RejectedEvents.Add(1, new KeyValuePair<string, object?>("code", code));

    /// <summary>Counts letters that were kept; whoever keeps them calls this, once for each that was not there before.</summary>
    public static void Kept(IReadOnlyList<DeadLetter> letters)
    {
        if (DeadLetters.Enabled)
        {
            foreach (var code in letters.CountBy(letter => letter.Code))
            {
                DeadLetters.Add(code.Value, new KeyValuePair<string, object?>("code", code.Key));
            }
        }
    }

    /// <summary>Counts a repeat.</summary>
    internal static void Replayed() => Repeats.Add(1);
}
