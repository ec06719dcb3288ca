using Metering.Client;

namespace Samples.IotProducer;

/// <summary>Devices that count up. Each reading is the device's running total; the meter counts the increase.</summary>
internal sealed class Fleet(int devices, string run)
{
    private readonly decimal[] _totals = new decimal[devices];

    /// <summary>The next reading of every device.</summary>
    public IEnumerable<UsageEvent> Read(int round)
    {
        for (var device = 0; device < devices; device++)
        {
            _totals[device] += 1 + ((device + round) % 3);
            yield return new UsageEvent
            {
                TenantId = "tenant_northwind",
                Metric = "telemetry",
                Quantity = _totals[device],
                Key = $"{run}-{device:D3}",
                // Derived from the reading, so that it counts once, however often it is sent.
                EventId = $"{run}-{device:D3}-{round:D6}",
            };
        }
    }
}
