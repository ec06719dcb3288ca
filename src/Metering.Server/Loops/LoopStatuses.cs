using System.Collections.Concurrent;

namespace Metering.Server.Loops;

/// <summary>How all background loops of this process are doing.</summary>
internal sealed class LoopStatuses
{
    private readonly ConcurrentQueue<LoopStatus> _loops = new();

    /// <summary>What the first loop that does not work says; null when all work.</summary>
    internal string? Fault => _loops.Select(loop => loop.Fault).FirstOrDefault(fault => fault is not null);

    /// <summary>Adds a loop; it counts as working until it says otherwise.</summary>
    internal LoopStatus Add(string name)
    {
        var status = new LoopStatus(name);
        _loops.Enqueue(status);
        return status;
    }
}
