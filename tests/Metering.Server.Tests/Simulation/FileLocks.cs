namespace Metering.Server.Tests.Simulation;

/// <summary>SQLite's five levels of a lock on a file: none, shared, reserved, pending, exclusive.</summary>
internal static class FileLocks
{
    private const int Ok = 0;
    private const int Busy = 5;
    private const int Shared = 1;
    private const int Reserved = 2;
    private const int Pending = 3;
    private const int Exclusive = 4;

    internal static int Lock(SimulatedHandle handle, int level)
    {
        var holders = handle.File.Holders;
        lock (holders)
        {
            if (handle.Lock >= level)
            {
                return Ok;
            }

            var highest = holders.Where(other => other != handle).Select(other => other.Lock).DefaultIfEmpty(0).Max();
            switch (level)
            {
                case Shared when highest >= Pending:
                case Reserved when highest >= Reserved:
                case Exclusive when highest >= Reserved:
                    return Busy;
                case Exclusive when highest >= Shared:
                    // Nobody new comes in; those who are in may go on reading.
                    handle.Lock = Pending;
                    return Busy;
            }

            handle.Lock = level;
            holders.Add(handle);
            return Ok;
        }
    }

    internal static void Unlock(SimulatedHandle handle, int level)
    {
        var holders = handle.File.Holders;
        lock (holders)
        {
            handle.Lock = Math.Min(handle.Lock, level);
            if (handle.Lock == 0)
            {
                holders.Remove(handle);
            }
        }
    }

    internal static bool IsReserved(SimulatedHandle handle)
    {
        var holders = handle.File.Holders;
        lock (holders)
        {
            return holders.Any(holder => holder.Lock >= Reserved);
        }
    }
}
