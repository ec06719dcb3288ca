using System.Buffers;
using System.IO.Pipelines;

namespace Metering.Api;

/// <summary>
/// A body that was read whole, decoded, without a byte order mark. Disposing gives its memory back; nothing of it may be used after that.
/// </summary>
internal readonly struct BodyBytes : IDisposable
{
    private readonly PipeReader? _reader;
    private readonly SequencePosition _end;
    private readonly BodyShare? _share;

    /// <summary>Bytes that lie in the request's pipe.</summary>
    public BodyBytes(ReadOnlySequence<byte> bytes, PipeReader reader, BodyShare? share)
    {
        (_reader, _end, _share) = (reader, bytes.End, share);
        Bytes = WithoutMark(bytes);
    }

    /// <summary>Bytes that were decoded into memory of their own.</summary>
    public BodyBytes(ReadOnlyMemory<byte> bytes, bool isCut, BodyShare share)
    {
        _share = share;
        Bytes = WithoutMark(new ReadOnlySequence<byte>(bytes));
        IsCut = isCut;
    }

    /// <summary>They may lie in several pieces, as they came; <see cref="ToMemory"/> joins them.</summary>
    public ReadOnlySequence<byte> Bytes { get; }

    /// <summary>Whether there were more than the limit; these are the first ones then.</summary>
    public bool IsCut { get; }

    /// <summary>The bytes in one piece.</summary>
    public ReadOnlyMemory<byte> ToMemory() => Bytes.IsSingleSegment ? Bytes.First : Bytes.ToArray();

    public void Dispose()
    {
        _reader?.AdvanceTo(_end);
        _share?.Dispose();
    }

    /// <summary>The bytes after a byte order mark, where there is one. JSON has none, but editors and spreadsheets write it.</summary>
    public static ReadOnlySpan<byte> WithoutMark(ReadOnlySpan<byte> bytes) => bytes is [0xef, 0xbb, 0xbf, ..] ? bytes[3..] : bytes;

    /// <summary>The bytes after a byte order mark, where there is one.</summary>
    public static ReadOnlySequence<byte> WithoutMark(ReadOnlySequence<byte> bytes)
    {
        if (bytes.FirstSpan.Length >= 3)
        {
            return bytes.Slice(bytes.FirstSpan.Length - WithoutMark(bytes.FirstSpan).Length);
        }

        // The mark may lie across two segments of the pipe.
        Span<byte> start = stackalloc byte[(int)Math.Min(3, bytes.Length)];
        bytes.Slice(0, start.Length).CopyTo(start);
        return bytes.Slice(start.Length - WithoutMark(start).Length);
    }
}
