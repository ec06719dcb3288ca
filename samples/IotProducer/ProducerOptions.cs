using System.Globalization;

namespace Samples.IotProducer;

/// <summary>What the command line and the environment say.</summary>
/// <param name="Address">The meter.</param>
/// <param name="Token">A token that may send events.</param>
/// <param name="EventHub">A connection string with the hub's name; null: over HTTP.</param>
/// <param name="Devices">How many devices there are.</param>
/// <param name="Readings">How many readings each sends.</param>
/// <param name="Queue">Where events wait on disk until the meter has them.</param>
internal sealed record ProducerOptions(Uri Address, string? Token, string? EventHub, int Devices, int Readings, string Queue)
{
    /// <summary>Reads them; null when the command line can't be understood.</summary>
    public static ProducerOptions? Read(string[] args)
    {
        var (devices, readings) = (20, 50);
        for (var at = 0; at < args.Length; at += 2)
        {
            if (at + 1 == args.Length
                || !int.TryParse(args[at + 1], NumberStyles.None, CultureInfo.InvariantCulture, out var number) || number == 0)
            {
                return null;
            }

            switch (args[at])
            {
                case "--devices": devices = number; break;
                case "--readings": readings = number; break;
                default: return null;
            }
        }

        return new ProducerOptions(
            new Uri(Environment.GetEnvironmentVariable("METER_URL") ?? "http://127.0.0.1:8080"),
            Environment.GetEnvironmentVariable("METER_TOKEN"),
            Environment.GetEnvironmentVariable("EVENTHUB_CONNECTION"),
            devices, readings, Path.Combine(Path.GetTempPath(), "IotProducer"));
    }
}
