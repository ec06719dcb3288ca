namespace Metering.Server.Tests.Simulation;

/// <summary>A file of a <see cref="SimulatedDisk"/>: its bytes as programs see them, and what of them would survive a power failure.</summary>
internal sealed class SimulatedFile
{
    /// <summary>What a disk writes whole or not at all, in bytes.</summary>
    private const int Sector = 512;

    private readonly List<(long Offset, byte[]? Bytes)> _unsynced = [];
    private byte[] _durable;
    private byte[] _bytes;
    private int _durableLength;
    private int _length;

    internal SimulatedFile(ReadOnlySpan<byte> bytes)
    {
        _bytes = bytes.ToArray();
        _durable = bytes.ToArray();
        _length = bytes.Length;
        _durableLength = bytes.Length;
    }

    internal int Length => _length;

    internal ReadOnlySpan<byte> Bytes => _bytes.AsSpan(0, _length);

    /// <summary>Who has a lock on it.</summary>
    internal HashSet<SimulatedHandle> Holders { get; } = [];

    /// <summary>Reads, with zeros for what is beyond the end; false when there is such.</summary>
    internal bool Read(long offset, Span<byte> into)
    {
        var there = (int)Math.Clamp(_length - offset, 0, into.Length);
        _bytes.AsSpan((int)Math.Min(offset, _length), there).CopyTo(into);
        into[there..].Clear();
        return there == into.Length;
    }

    internal void Write(long offset, ReadOnlySpan<byte> bytes)
    {
        Put(ref _bytes, ref _length, offset, bytes);
        _unsynced.Add((offset, bytes.ToArray()));
    }

    internal void Truncate(long size)
    {
        Cut(_bytes, ref _length, size);
        _unsynced.Add((size, null));
    }

    /// <summary>Makes everything durable.</summary>
    internal void Sync()
    {
        foreach (var (offset, bytes) in _unsynced)
        {
            Settle(offset, bytes);
        }

        _unsynced.Clear();
    }

    /// <summary>
    /// What a sync that failed leaves: some of it reached the disk, and the rest never will, though programs go on seeing it. The system
    /// takes it for written and does not try again.
    /// </summary>
    internal void FailSync(Random random) => Survive(random, new Survival(random));

    /// <summary>A power failure: some of what was not synced is there, torn and in any order, and the rest is gone.</summary>
    internal void LosePower(Random random, Survival survival)
    {
        Survive(random, survival);
        _bytes = _durable.AsSpan(0, _durableLength).ToArray();
        _length = _durableLength;
        Holders.Clear();
    }

    /// <summary>The end of all processes: what they wrote is there.</summary>
    internal void LoseProcesses() => Holders.Clear();

    // In their order: of two writes to one place the older one may survive alone, but does not come back over the newer one.
    private void Survive(Random random, Survival survival)
    {
        for (var i = 0; i < _unsynced.Count; i++)
        {
            var (offset, bytes) = _unsynced[i];
            switch (survival.Of(random, i, _unsynced.Count))
            {
                case Fate.Whole:
                    Settle(offset, bytes);
                    break;
                case Fate.Torn when bytes is not null:
                    Tear(random, offset, bytes);
                    break;
            }
        }

        _unsynced.Clear();
    }

    private void Tear(Random random, long offset, byte[] bytes)
    {
        for (var at = 0; at < bytes.Length;)
        {
            var end = (int)Math.Min(bytes.Length, at + Sector - ((offset + at) % Sector));
            if (random.Next(2) == 0)
            {
                Put(ref _durable, ref _durableLength, offset + at, bytes.AsSpan(at, end - at));
            }

            at = end;
        }
    }

    private void Settle(long offset, byte[]? bytes)
    {
        if (bytes is null)
        {
            Cut(_durable, ref _durableLength, offset);
        }
        else
        {
            Put(ref _durable, ref _durableLength, offset, bytes);
        }
    }

    private static void Put(ref byte[] file, ref int length, long offset, ReadOnlySpan<byte> bytes)
    {
        var end = (int)offset + bytes.Length;
        if (end > file.Length)
        {
            Array.Resize(ref file, Math.Max(end, 2 * file.Length));
        }

        bytes.CopyTo(file.AsSpan((int)offset));
        length = Math.Max(length, end);
    }

    private static void Cut(byte[] file, ref int length, long size)
    {
        if (size < length)
        {
            file.AsSpan((int)size, length - (int)size).Clear();
            length = (int)size;
        }
    }
}
