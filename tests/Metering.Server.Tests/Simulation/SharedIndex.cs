using System.Runtime.InteropServices;

namespace Metering.Server.Tests.Simulation;

/// <summary>
/// The index of a file's write-ahead log, which its connections share in memory. It is gone with the last of them: whoever comes then
/// makes a new one from the log.
/// </summary>
internal sealed unsafe class SharedIndex
{
    private const int Ok = 0;
    private const int Busy = 5;
    private const int Slots = 8;
    private const int Unlocks = 1;
    private const int IsExclusive = 8;
    private readonly List<nint> _regions = [];
    private readonly HashSet<SimulatedHandle> _users = [];

    // How many hold a slot; -1: one alone.
    private readonly int[] _locks = new int[Slots];

    /// <summary>Whether somebody uses it.</summary>
    internal bool IsUsed => _users.Count > 0;

    internal void Join(SimulatedHandle handle)
    {
        lock (_users)
        {
            _users.Add(handle);
            handle.Index = this;
        }
    }

    internal void* Map(int region, int size, bool extend)
    {
        lock (_users)
        {
            while (extend && _regions.Count <= region)
            {
                _regions.Add((nint)NativeMemory.AllocZeroed((nuint)size));
            }

            return region < _regions.Count ? (void*)_regions[region] : null;
        }
    }

    internal int Lock(SimulatedHandle handle, int slot, int count, int flags)
    {
        var bits = ((1 << count) - 1) << slot;
        lock (_users)
        {
            if ((flags & Unlocks) != 0)
            {
                Release(handle, bits);
                return Ok;
            }

            return (flags & IsExclusive) != 0 ? TakeAlone(handle, bits) : Share(handle, slot, bits);
        }
    }

    internal void Leave(SimulatedHandle handle)
    {
        lock (_users)
        {
            Release(handle, (1 << Slots) - 1);
            handle.Index = null;
            if (_users.Remove(handle) && _users.Count == 0)
            {
                foreach (var region in _regions)
                {
                    NativeMemory.Free((void*)region);
                }

                _regions.Clear();
            }
        }
    }

    private int TakeAlone(SimulatedHandle handle, int bits)
    {
        for (var slot = 0; slot < Slots; slot++)
        {
            if ((bits & ~handle.OwnSlots & (1 << slot)) != 0 && _locks[slot] != 0)
            {
                return Busy;
            }
        }

        for (var slot = 0; slot < Slots; slot++)
        {
            if ((bits & (1 << slot)) != 0)
            {
                _locks[slot] = -1;
            }
        }

        handle.OwnSlots |= bits;
        return Ok;
    }

    private int Share(SimulatedHandle handle, int slot, int bits)
    {
        if ((handle.SharedSlots & bits) != 0)
        {
            return Ok;
        }

        if (_locks[slot] < 0)
        {
            return Busy;
        }

        _locks[slot]++;
        handle.SharedSlots |= bits;
        return Ok;
    }

    private void Release(SimulatedHandle handle, int bits)
    {
        for (var slot = 0; slot < Slots; slot++)
        {
            var bit = bits & (1 << slot);
            if ((handle.OwnSlots & bit) != 0)
            {
                _locks[slot] = 0;
            }
            else if ((handle.SharedSlots & bit) != 0)
            {
                _locks[slot]--;
            }
        }

        handle.OwnSlots &= ~bits;
        handle.SharedSlots &= ~bits;
    }
}
