using System.Buffers;

namespace Metering.Server.Tests.Simulation;

/// <summary>Bytes that grow. Their memory is used again by the next run, because new memory costs more than what is done with it.</summary>
internal sealed class SimulatedBytes : IDisposable
{
    private const int Smallest = 4 * 1024;
    private byte[] _memory = [];

    internal int Length { get; private set; }

    internal ReadOnlySpan<byte> All => _memory.AsSpan(0, Length);

    /// <summary>Reads, with zeros for what is beyond the end; false when there is such.</summary>
    internal bool Read(long offset, Span<byte> into)
    {
        var there = (int)Math.Clamp(Length - offset, 0, into.Length);
        _memory.AsSpan((int)Math.Min(offset, Length), there).CopyTo(into);
        into[there..].Clear();
        return there == into.Length;
    }

    internal void Put(long offset, ReadOnlySpan<byte> bytes)
    {
        var (start, end) = ((int)offset, (int)offset + bytes.Length);
        if (end > _memory.Length)
        {
            var larger = ArrayPool<byte>.Shared.Rent(Math.Max(Math.Max(Smallest, end), 2 * _memory.Length));
            All.CopyTo(larger);
            GiveBack();
            _memory = larger;
        }

        if (start > Length)
        {
            // What was there is of another run, or of a time before the file was cut.
            _memory.AsSpan(Length, start - Length).Clear();
        }

        bytes.CopyTo(_memory.AsSpan(start));
        Length = Math.Max(Length, end);
    }

    internal void Cut(long size) => Length = (int)Math.Min(Length, size);

    /// <summary>Gives the memory back; nobody may use these bytes any more.</summary>
    public void Dispose()
    {
        Length = 0;
        GiveBack();
        _memory = [];
    }

    private void GiveBack()
    {
        if (_memory.Length > 0)
        {
            ArrayPool<byte>.Shared.Return(_memory);
        }
    }
}
