using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace Metering.Client;

/// <summary>The client's instruments. They cost next to nothing as long as nobody listens.</summary>
internal static class ClientMetrics
{
    public static readonly ActivitySource Source = new(MeteringTelemetry.Name);

    private static readonly Meter Meter = new(MeteringTelemetry.Name);

    private static readonly Counter<long> Calls = Meter.CreateCounter<long>(
        "metering.client.calls", "{call}", "Calls about use, by `call`, `feature` and `outcome`: allowed, refused, problem, unavailable.");

    private static readonly Counter<long> Leased = Meter.CreateCounter<long>(
        "metering.client.leased", "{unit}", "Units that were leased, by `feature`.");

    private static readonly Counter<long> Spent = Meter.CreateCounter<long>(
        "metering.client.spent", "{unit}", "Units of leases that were spent and told to the meter, by `feature`.");

    private static readonly UpDownCounter<long> Queued = Meter.CreateUpDownCounter<long>(
        "metering.client.queued", "{record}", "Uses and events that wait on the disk.");

    private static readonly Counter<long> RejectedRecords = Meter.CreateCounter<long>(
        "metering.client.rejected", "{record}", "Uses and events that the meter will never count.");

    public static void Called(string call, string feature, string outcome) =>
        Calls.Add(1, new("call", call), new("feature", feature), new("outcome", outcome));

    public static void Lease(string feature, long units) => Leased.Add(units, new KeyValuePair<string, object?>("feature", feature));

    public static void Told(string feature, long units) => Spent.Add(units, new KeyValuePair<string, object?>("feature", feature));

    public static void Queue(long change) => Queued.Add(change);

    public static void Rejected() => RejectedRecords.Add(1);
}
