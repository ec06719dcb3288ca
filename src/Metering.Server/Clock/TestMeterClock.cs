using System.Globalization;
using System.Text;
using Metering.Server.Storage;

namespace Metering.Server.Clock;

/// <summary>
/// A clock that stands still until it is set, forward or backward, so that people and tests can try what happens next month. It
/// begins at the real time, and stays where it was set when the server is started again.
/// </summary>
public sealed class TestMeterClock : IMeterClock, IDisposable
{
    private readonly SemaphoreSlim _turn = new(1, 1);
    private readonly string _file;
    private long _milliseconds;

    private TestMeterClock(string file, long milliseconds)
    {
        _file = file;
        _milliseconds = milliseconds;
    }

    /// <inheritdoc/>
    public DateTimeOffset UtcNow => DateTimeOffset.FromUnixTimeMilliseconds(Volatile.Read(ref _milliseconds));

    /// <inheritdoc/>
    public bool IsTestClock => true;

    /// <summary>Whether a data directory has a test clock.</summary>
    public static bool IsIn(string directory) => File.Exists(FileIn(directory));

    /// <summary>The clock of a data directory.</summary>
    /// <param name="directory">The directory; it must exist.</param>
    /// <param name="time">The real time, at which a new clock begins.</param>
    public static TestMeterClock Open(string directory, TimeProvider time)
    {
        var file = FileIn(directory);
        if (File.Exists(file) && long.TryParse(File.ReadAllText(file), CultureInfo.InvariantCulture, out var kept))
        {
            return new TestMeterClock(file, kept);
        }

        var now = time.GetUtcNow().ToUnixTimeMilliseconds();
        Write(file, now);
        return new TestMeterClock(file, now);
    }

    /// <inheritdoc/>
    public async ValueTask SetAsync(DateTimeOffset now, CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken);
        try
        {
            var milliseconds = now.ToUnixTimeMilliseconds();

            // The file first: after a restart the clock must not stand before a time at which something was counted.
            Write(_file, milliseconds);
            Volatile.Write(ref _milliseconds, milliseconds);
        }
        catch (IOException e)
        {
            throw new StoreUnavailableException($"{_file} cannot be written ({e.Message}).", e);
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _turn.Dispose();

    private static string FileIn(string directory) => Path.Combine(directory, "test-clock");

    // Written beside and moved, so that the file is never half written.
    private static void Write(string file, long milliseconds)
    {
        var beside = file + ".new";
        using (var stream = PrivateFiles.Open(beside, FileMode.Create, FileShare.None))
        {
            stream.Write(Encoding.ASCII.GetBytes(milliseconds.ToString(CultureInfo.InvariantCulture)));
        }

        File.Move(beside, file, overwrite: true);
    }
}
