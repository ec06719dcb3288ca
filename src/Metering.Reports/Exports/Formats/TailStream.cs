namespace Metering.Reports;

/// <summary>
/// The file of a writer that goes on where another has ended: what would end the file is read from memory, and is not part of what is
/// passed on. So a format whose end lists all before it can be written in parts, though nothing of the file can be read back.
/// </summary>
/// <param name="inner">Takes what is written; its position is where the file ends without its tail.</param>
/// <param name="magic">The file's first bytes.</param>
/// <param name="tail">What ends the file so far.</param>
internal sealed class TailStream(Stream inner, ReadOnlyMemory<byte> magic, ReadOnlyMemory<byte> tail) : Stream
{
    private readonly long _begin = inner.Position;
    private MemoryStream? _held;
    private long? _readAt;

    public override bool CanRead => true;

    public override bool CanSeek => true;

    public override bool CanWrite => true;

    public override long Length => _readAt is null ? inner.Position : _begin + tail.Length;

    public override long Position
    {
        get => _readAt ?? inner.Position;

        // Once it is written at the end, nobody reads any more.
        set => _readAt = value == _begin ? null : value;
    }

    /// <summary>From now on what is written is kept as the next tail, and not passed on.</summary>
    internal void Hold() => _held = new MemoryStream();

    /// <summary>What was written since.</summary>
    internal ReadOnlyMemory<byte> Held => _held!.ToArray();

    public override int Read(byte[] buffer, int offset, int count)
    {
        var at = Position;
        var from = at < magic.Length ? magic[(int)at..] : tail[(int)(at - _begin)..];
        var taken = Math.Min(from.Length, count);
        from[..taken].CopyTo(buffer.AsMemory(offset));
        _readAt = at + taken;
        return taken;
    }

    public override long Seek(long offset, SeekOrigin origin) => Position = origin switch
    {
        SeekOrigin.Begin => offset,
        SeekOrigin.Current => Position + offset,
        _ => _begin + tail.Length + offset,
    };

    public override void Write(byte[] buffer, int offset, int count) => (_held ?? inner).Write(buffer, offset, count);

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        (_held ?? inner).WriteAsync(buffer, offset, count, cancellationToken);

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) =>
        (_held ?? inner).WriteAsync(buffer, cancellationToken);

    public override void Flush()
    {
        if (_held is null)
        {
            inner.Flush();
        }
    }

    public override void SetLength(long value) => throw new NotSupportedException();
}
