using System.Runtime.InteropServices;
using Metering;
using Metering.Api;

namespace MeterFunctions.Ingest;

/// <summary>What a batch of messages comes to, on its way.</summary>
/// <param name="partition">The hub and the partition; null when the host does not say.</param>
/// <param name="now">When it came, UTC.</param>
/// <param name="seenAt">The same by the process's own clock, for the live tail.</param>
internal sealed class HubBatch(string? partition, DateTimeOffset now, DateTimeOffset seenAt)
{
    public DateTimeOffset Now { get; } = now;

    public DateTimeOffset SeenAt { get; } = seenAt;

    public string? Partition { get; } = partition;

    /// <summary>What was looked up for its events.</summary>
    public EventLookUps LookUps { get; } = new();

    /// <summary>Commands by license, in the order of the partition.</summary>
    public Dictionary<string, List<HubCommand>> ByLicense { get; } = new(StringComparer.Ordinal);

    /// <summary>By license, what it can't count and another one may.</summary>
    public Dictionary<string, List<HubCommand>> Uncounted { get; } = new(StringComparer.Ordinal);

    /// <summary>What can't be counted.</summary>
    public List<DeadLetter> Letters { get; } = [];

    /// <summary>Adds an event that can't be counted. Licenses are counted side by side.</summary>
    public void Refuse(DeadLetter letter)
    {
        ApiMetrics.Rejected(letter.Code);
        lock (Letters)
        {
            Letters.Add(letter);
        }
    }

    /// <summary>Adds what a license can't count and another one may. Licenses are counted side by side.</summary>
    public void AddUncounted(string licenseId, List<HubCommand> commands)
    {
        lock (Uncounted)
        {
            // A license whose commands met a fault is counted in parts.
            (CollectionsMarshal.GetValueRefOrAddDefault(Uncounted, licenseId, out _) ??= []).AddRange(commands);
        }
    }

    /// <summary>How many events there were.</summary>
    public int Count { get; set; }

    /// <summary>Adds a command for a license.</summary>
    public void Add(string licenseId, HubCommand command)
    {
        if (!ByLicense.TryGetValue(licenseId, out var commands))
        {
            ByLicense.Add(licenseId, commands = []);
        }

        commands.Add(command);
    }
}
