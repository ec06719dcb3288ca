using System.Buffers;

namespace Metering.Server.Engine;

/// <summary>
/// The bytes of a batch, in pieces of one size that are used again: what a command writes lies in one of them. One buffer for all would be
/// copied each time that it grows, and every batch that waits would keep one as large as the largest batch ever.
/// </summary>
/// <param name="spare">Pieces that no batch uses; all batches of a shard share them.</param>
internal sealed class AppliedBytes(Stack<byte[]> spare) : IBufferWriter<byte>
{
    /// <summary>The size of a piece: about what a batch of twenty commands makes.</summary>
    // Under load over a thousand batches wait for the store, most of them of a few commands: with pieces of 64 KiB, most of that memory
    // was empty.
    internal const int PieceBytes = 16 * 1024;

    /// <summary>The size of the first one, which is the batch's own.</summary>
    // Many a batch is one command, and tens of thousands of them may wait for a store that can't be written, or in a journal that is
    // replayed: a whole piece for each would be gigabytes.
    private const int FirstBytes = 2 * 1024;

    private readonly List<byte[]> _pieces = [];

    // Kept when the rest is given back: the batch's rows, which own it, are reused.
    private byte[]? _first;
    private int _begin;
    private int _end;

    /// <summary>Bytes of the command since <see cref="Begin"/>.</summary>
    internal int Length => _end - _begin;

    /// <summary>The bytes of the command since <see cref="Begin"/>.</summary>
    internal ReadOnlySpan<byte> Command => _pieces.Count == 0 ? [] : _pieces[^1].AsSpan(_begin.._end);

    /// <summary>Begins a command's bytes.</summary>
    internal void Begin() => _begin = _end;

    /// <summary>Where the command's bytes are, now that it has written all.</summary>
    internal (int Piece, int Offset) Place => (_pieces.Count - 1, _begin);

    internal ReadOnlySpan<byte> Slice(int piece, int offset, int length) => _pieces[piece].AsSpan(offset, length);

    /// <inheritdoc/>
    public void Advance(int count) => _end += count;

    /// <inheritdoc/>
    public Memory<byte> GetMemory(int sizeHint = 0)
    {
        sizeHint = Math.Max(1, sizeHint);
        if (_pieces.Count == 0 || _pieces[^1].Length - _end < sizeHint)
        {
            // The command goes along, so that it is in one piece. One that is larger than a piece gets an array of its own.
            var written = Command;
            var wanted = written.Length + sizeHint;
            var piece = _pieces.Count == 0 && wanted <= FirstBytes ? _first ??= new byte[FirstBytes]
                : wanted > PieceBytes ? new byte[2 * wanted]
                : spare.TryPop(out var used) ? used : new byte[PieceBytes];
            written.CopyTo(piece);
            _pieces.Add(piece);
            (_begin, _end) = (0, written.Length);
        }

        return _pieces[^1].AsMemory(_end);
    }

    /// <inheritdoc/>
    public Span<byte> GetSpan(int sizeHint = 0) => GetMemory(sizeHint).Span;

    /// <summary>Gives the pieces back.</summary>
    internal void Clear()
    {
        foreach (var piece in _pieces)
        {
            if (piece.Length == PieceBytes)
            {
                spare.Push(piece);
            }
        }

        _pieces.Clear();
        (_begin, _end) = (0, 0);
    }
}
