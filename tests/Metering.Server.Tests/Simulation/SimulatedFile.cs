namespace Metering.Server.Tests.Simulation;

/// <summary>A file of a <see cref="SimulatedDisk"/>: its bytes as programs see them, and what of them would survive a power failure.</summary>
internal sealed class SimulatedFile : IDisposable
{
    /// <summary>What a disk writes whole or not at all, in bytes.</summary>
    private const int Sector = 512;

    /// <summary>Stands for the length of what is no write, but cuts the file.</summary>
    private const int Cut = -1;

    private readonly SimulatedBytes _seen = new();
    private readonly SimulatedBytes _durable = new();

    // The bytes of writes that no sync has made durable, one after the other, and where each of them belongs.
    private readonly SimulatedBytes _written = new();
    private readonly List<(long Offset, int Start, int Length)> _unsynced = [];

    // Whether what is seen differs from what is durable in more than these writes.
    private bool _differs;

    internal SimulatedFile(ReadOnlySpan<byte> bytes)
    {
        _seen.Put(0, bytes);
        _durable.Put(0, bytes);
    }

    internal int Length => _seen.Length;

    internal ReadOnlySpan<byte> Bytes => _seen.All;

    /// <summary>Who has a lock on it.</summary>
    internal HashSet<SimulatedHandle> Holders { get; } = [];

    /// <summary>Reads, with zeros for what is beyond the end; false when there is such.</summary>
    internal bool Read(long offset, Span<byte> into) => _seen.Read(offset, into);

    internal void Write(long offset, ReadOnlySpan<byte> bytes)
    {
        _seen.Put(offset, bytes);
        _unsynced.Add((offset, _written.Length, bytes.Length));
        _written.Put(_written.Length, bytes);
    }

    internal void Truncate(long size)
    {
        _seen.Cut(size);
        _unsynced.Add((size, 0, Cut));
    }

    /// <summary>Makes everything durable.</summary>
    internal void Sync()
    {
        foreach (var (offset, start, length) in _unsynced)
        {
            Settle(offset, start, length);
        }

        Forget();
    }

    /// <summary>
    /// What a sync that failed leaves: some of it reached the disk, and the rest never will, though programs go on seeing it. The system
    /// takes it for written and does not try again.
    /// </summary>
    internal void FailSync(Random random)
    {
        Survive(random, new Survival(random));
        Forget();
        _differs = true;
    }

    /// <summary>A power failure: some of what was not synced is there, torn and in any order, and the rest is gone.</summary>
    internal void LosePower(Random random, Survival survival)
    {
        Survive(random, survival);
        if (_differs || _unsynced.Exists(write => write.Length == Cut))
        {
            _seen.Cut(0);
            _seen.Put(0, _durable.All);
            _differs = false;
        }
        else
        {
            // Most of a file is as it was; copying all of every file at each failure took longer than what a run is for.
            _seen.Cut(_durable.Length);
            foreach (var (offset, _, length) in _unsynced.Where(write => write.Offset < _durable.Length))
            {
                _seen.Put(offset, _durable.All.Slice((int)offset, (int)Math.Min(length, _durable.Length - offset)));
            }
        }

        Forget();
        Holders.Clear();
    }

    /// <summary>The end of all processes: what they wrote is there.</summary>
    internal void LoseProcesses() => Holders.Clear();

    /// <summary>Gives its memory to the next run.</summary>
    public void Dispose()
    {
        _seen.Dispose();
        _durable.Dispose();
        _written.Dispose();
    }

    // In their order: of two writes to one place the older one may survive alone, but does not come back over the newer one.
    private void Survive(Random random, Survival survival)
    {
        for (var i = 0; i < _unsynced.Count; i++)
        {
            var (offset, start, length) = _unsynced[i];
            switch (survival.Of(random, i, _unsynced.Count))
            {
                case Fate.Whole:
                    Settle(offset, start, length);
                    break;
                case Fate.Torn when length != Cut:
                    Tear(random, offset, _written.All.Slice(start, length));
                    break;
            }
        }
    }

    private void Tear(Random random, long offset, ReadOnlySpan<byte> bytes)
    {
        for (var at = 0; at < bytes.Length;)
        {
            var end = (int)Math.Min(bytes.Length, at + Sector - ((offset + at) % Sector));
            if (random.Next(2) == 0)
            {
                _durable.Put(offset + at, bytes[at..end]);
            }

            at = end;
        }
    }

    private void Settle(long offset, int start, int length)
    {
        if (length == Cut)
        {
            _durable.Cut(offset);
        }
        else
        {
            _durable.Put(offset, _written.All.Slice(start, length));
        }
    }

    private void Forget()
    {
        _unsynced.Clear();
        _written.Cut(0);
    }
}
