using System.Diagnostics;
using Metering.Cli.Output;
using Metering.Cli.Runs;

namespace Metering.Cli.Events;

/// <summary>A line that says how far an import is; only where somebody sees it.</summary>
internal sealed class ImportProgress : IDisposable
{
    private const int BarWidth = 24;
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(200);

    private readonly Session _session;
    private readonly long? _bytes;
    private readonly BufferedStream _stream;
    private readonly Stream _raw;
    private readonly Stopwatch _time = Stopwatch.StartNew();
    private TimeSpan _shown = -Interval;

    public ImportProgress(Session session, Stream raw, long? bytes) =>
        (_session, _raw, _bytes, _stream) = (session, raw, bytes, new BufferedStream(raw, 64 * 1024));

    /// <summary>The file, to be read.</summary>
    public Stream Stream => _stream;

    public void Show(long rows)
    {
        if (!_session.Screen.ShowsProgress || _time.Elapsed - _shown < Interval)
        {
            return;
        }

        _shown = _time.Elapsed;
        var bar = "";
        if (_bytes is > 0 and var all)
        {
            var part = Math.Min(1.0, (double)_raw.Position / all);
            var full = (int)(part * BarWidth);
            bar = $"{part,4:P0} {new string('█', full)}{new string('░', BarWidth - full)}  ";
        }

        _session.Around.Error.Write($"\r{bar}{Cells.Number(rows)} rows  \e[K");
        _session.Around.Error.Flush();
    }

    public void Clear()
    {
        if (_session.Screen.ShowsProgress)
        {
            _session.Around.Error.Write("\r\e[K");
        }
    }

    public void Dispose()
    {
        // The stream is that of the file or of standard input, which its owner closes.
    }
}
