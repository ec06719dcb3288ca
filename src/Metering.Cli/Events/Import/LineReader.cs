namespace Metering.Cli.Events.Import;

/// <summary>Lines of a stream, each up to a length; of a longer one only its beginning is kept, and the rest is passed over.</summary>
internal sealed class LineReader(Stream stream, int maxBytes) : IDisposable
{
    private const int PieceBytes = 64 * 1024;

    private readonly byte[] _piece = new byte[PieceBytes];
    private readonly MemoryStream _line = new();
    private int _from;
    private int _to;

    /// <summary>The next line; null at the end. With it, whether it was too long.</summary>
    public async ValueTask<(ReadOnlyMemory<byte>? Line, bool IsTooLong)> ReadAsync(CancellationToken stop)
    {
        _line.SetLength(0);
        for (var (isTooLong, isBegun) = (false, false); ;)
        {
            if (_from == _to)
            {
                (_from, _to) = (0, await stream.ReadAsync(_piece, stop).ConfigureAwait(false));
                if (_to == 0)
                {
                    // Not a bare null: it would become memory of no bytes, which is an empty line.
                    return (isBegun ? Text() : default(ReadOnlyMemory<byte>?), isTooLong);
                }
            }

            var rest = _piece.AsSpan(_from, _to - _from);
            var end = rest.IndexOf((byte)'\n');
            var part = end < 0 ? rest : rest[..end];
            var room = (int)Math.Min(part.Length, maxBytes - _line.Length);
            (isTooLong, isBegun) = (isTooLong || room < part.Length, true);
            _line.Write(part[..room]);
            _from += end < 0 ? part.Length : end + 1;
            if (end >= 0)
            {
                return (Text(), isTooLong);
            }
        }
    }

    public void Dispose() => _line.Dispose();

    private ReadOnlyMemory<byte> Text()
    {
        var line = _line.GetBuffer().AsMemory(0, (int)_line.Length);
        return line.Span.EndsWith("\r"u8) ? line[..^1] : line;
    }
}
