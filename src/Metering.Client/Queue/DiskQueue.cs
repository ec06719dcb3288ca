using System.Buffers;
using System.Globalization;

namespace Metering.Client;

/// <summary>
/// Records in a directory, in order: what was added is there after a crash of the process, and leaves only when its receiver has it.
/// A record is a line. Lines lie in files of a few megabytes with rising numbers; a file of its own says up to where they were received.
/// </summary>
/// <remarks>
/// <para>A write is handed to the operating system, not awaited on the disk: that would cost a millisecond for each record. So a power
/// loss may take the last seconds; <see cref="Flush"/> waits for the disk. A file's name is on the disk before a record is in the
/// file.</para>
/// <para>A crash in the middle of a write leaves a line without its end, which is cut off at the next start: its
/// <see cref="Add"/> had not returned. A file is brought to the disk before the next one begins. Should one end within a line all the
/// same, because a disk lost what it had confirmed, the records go on with the next file.</para>
/// </remarks>
internal sealed class DiskQueue : IDisposable
{
    // The file that records come from counts whole until all of it was received. Of so many files it is a small part of the limit.
    private const int LeastFiles = 4;

    private readonly Lock _gate = new();
    private readonly OwnedDirectory _owner;
    private readonly string _directory;
    private readonly long _maxBytes;
    private readonly int _segmentBytes;
    private readonly Func<string, FileStream> _open;
    private readonly SortedDictionary<long, long> _sizes = [];
    private FileStream _tail;
    private QueuePosition _received;
    private long _bytes;
    private long _added;
    private long _removed;

    /// <summary>Opens the directory's queue, or makes it.</summary>
    /// <param name="directory">The directory; of this process alone.</param>
    /// <param name="maxBytes">The most that it takes.</param>
    /// <param name="segmentBytes">
    /// After how many bytes a new file begins, or after a quarter of the limit; what was received is deleted by files.
    /// </param>
    /// <param name="toDisk">Brings a folder to the disk; null: as <see cref="FolderSync"/> does.</param>
    /// <param name="open">How its files are opened; null: as files are.</param>
    /// <exception cref="MeteringException">Another process has it open.</exception>
    /// <exception cref="IOException">The directory can't be read or written.</exception>
    public DiskQueue(
        string directory, long maxBytes, int segmentBytes = 4 * 1024 * 1024, Action<string>? toDisk = null,
        Func<string, FileStream>? open = null)
    {
        (_directory, _maxBytes, _open) = (directory, maxBytes, open ?? Open);
        _segmentBytes = (int)Math.Min(segmentBytes, maxBytes / LeastFiles);
        _owner = new OwnedDirectory(directory, "queue", toDisk);
        try
        {
            foreach (var number in QueueFile.Numbers(directory))
            {
                _sizes[number] = new FileInfo(Path(number)).Length;
            }

            _received = QueuePosition.Read(directory) ?? new QueuePosition(_sizes.Count == 0 ? 1 : _sizes.Keys.First(), 0);
            _tail = OpenTail();
            _owner.Sync();
            DropReceived();
            LeaveOutUnfinished();
            CountWhatIsThere();
            ClientMetrics.Queue(_added);
        }
        catch
        {
            _tail?.Dispose();
            _owner.Dispose();
            throw;
        }
    }

    /// <summary>How many records wait.</summary>
    public long Count => Added - Removed;

    /// <summary>How many records this object has seen come, those included that were there when it was opened.</summary>
    public long Added => Interlocked.Read(ref _added);

    /// <summary>How many of them have gone.</summary>
    public long Removed => Interlocked.Read(ref _removed);

    /// <summary>Adds a record at the end.</summary>
    /// <param name="line">The record; it has no line end in it.</param>
    /// <returns>How many records wait with it. Of those that are added at the same time, each gets a number of its own.</returns>
    /// <exception cref="MeteringQueueFullException">The limit is reached.</exception>
    /// <exception cref="IOException">It could not be written, and is not in the queue.</exception>
    public long Add(ReadOnlySpan<byte> line)
    {
        var whole = ArrayPool<byte>.Shared.Rent(line.Length + 1);
        try
        {
            line.CopyTo(whole);
            whole[line.Length] = QueueFile.LineEnd;
            lock (_gate)
            {
                Write(whole.AsSpan(0, line.Length + 1));
                return Count;
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(whole);
        }
    }

    /// <summary>The first records that wait.</summary>
    /// <param name="maxCount">At most so many.</param>
    /// <param name="maxBytes">At most so many bytes of them, but at least one record.</param>
    /// <param name="after">From where on; null: from the first that waits.</param>
    public QueueBatch Peek(int maxCount, int maxBytes, QueuePosition? after = null)
    {
        lock (_gate)
        {
            var from = after ?? _received;
            while (from.File < Number(_tail.Name) && from.Offset >= _sizes.GetValueOrDefault(from.File))
            {
                from = new QueuePosition(_sizes.Keys.First(number => number > from.File), 0);
            }

            return QueueBatch.Read(Path(from.File), from, _sizes.GetValueOrDefault(from.File), maxCount, maxBytes);
        }
    }

    /// <summary>Lets records go that their receiver has.</summary>
    /// <param name="to">Up to where.</param>
    /// <param name="count">How many they are.</param>
    /// <exception cref="IOException">It could not be noted; they are still in the queue.</exception>
    public void Remove(QueuePosition to, int count)
    {
        lock (_gate)
        {
            to.Write(_directory);
            _received = to;
            Interlocked.Add(ref _removed, count);
            ClientMetrics.Queue(-count);
        }
    }

    /// <summary>Deletes the files of which all records have gone.</summary>
    /// <exception cref="IOException">One can't be deleted, and takes its room until it can.</exception>
    public void DropReceived()
    {
        lock (_gate)
        {
            foreach (var number in _sizes.Keys.TakeWhile(number => number < _received.File).ToList())
            {
                File.Delete(Path(number));
                _sizes.Remove(number);
            }

            _bytes = _sizes.Values.Sum();
        }
    }

    /// <summary>Waits until what was added is on the disk.</summary>
    /// <exception cref="MeteringException">The disk fails.</exception>
    public void Flush()
    {
        lock (_gate)
        {
            QueueFaults.Tell(_directory, "written", () => _tail.Flush(flushToDisk: true));
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (_gate)
        {
            _tail.Dispose();
            _owner.Dispose();
            ClientMetrics.Queue(-Count);
        }
    }

    private void Write(ReadOnlySpan<byte> line)
    {
        if (_bytes + line.Length > _maxBytes && _bytes > 0 && Count == 0)
        {
            DropAll();
        }

        if (_bytes + line.Length > _maxBytes)
        {
            throw new MeteringQueueFullException(_directory, _maxBytes);
        }

        if (_tail.Length > 0 && _tail.Length + line.Length > _segmentBytes)
        {
            BeginFile();
        }

        var before = _tail.Length;
        try
        {
            _tail.Write(line);
        }
        catch (IOException)
        {
            // A full disk takes a part of the line. Without this cut the next record would be glued to it.
            _tail.SetLength(before);
            throw;
        }

        _sizes[Number(_tail.Name)] = _tail.Length;
        _bytes += line.Length;
        Interlocked.Increment(ref _added);
        ClientMetrics.Queue(1);
    }

    // Nothing waits: all that the files have was received.
    private void DropAll()
    {
        if (_tail.Length > 0)
        {
            BeginFile();
        }

        var to = new QueuePosition(Number(_tail.Name), 0);
        to.Write(_directory);
        _received = to;
        DropReceived();
    }

    private void BeginFile()
    {
        // In this order: a file that could not be begun leaves the one before it as it was.
        var number = Number(_tail.Name) + 1;
        _tail.Flush(flushToDisk: true);
        var next = _open(Path(number));
        try
        {
            _owner.Sync();
        }
        catch (IOException)
        {
            next.Dispose();
            throw;
        }

        _tail.Dispose();
        (_tail, _sizes[number]) = (next, 0);
    }

    private FileStream OpenTail()
    {
        var number = Math.Max(_received.File, _sizes.Count == 0 ? 0 : _sizes.Keys.Last());
        var tail = _open(Path(number));
        var end = QueueFile.EndOfLastLine(tail);
        tail.SetLength(end);
        tail.Seek(end, SeekOrigin.Begin);
        _sizes[number] = end;
        if (_received.File == number && _received.Offset > end)
        {
            // The note of what was received outlived the lines (a power loss): what is gone was received.
            _received = _received with { Offset = end };
        }

        return tail;
    }

    // Unbuffered: every write goes to the operating system at once, so a killed process loses nothing that it had added.
    private static FileStream Open(string path) =>
        new(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.Read, bufferSize: 0);

    private void LeaveOutUnfinished()
    {
        foreach (var number in _sizes.Keys.Where(number => number < Number(_tail.Name)).ToList())
        {
            using var file = _open(Path(number));
            var end = QueueFile.EndOfLastLine(file);
            file.SetLength(end);
            _sizes[number] = end;
        }

        _bytes = _sizes.Values.Sum();
    }

    private void CountWhatIsThere()
    {
        foreach (var number in _sizes.Keys)
        {
            using var file = new FileStream(Path(number), FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
            file.Seek(number == _received.File ? Math.Min(_received.Offset, file.Length) : 0, SeekOrigin.Begin);
            var buffer = new byte[64 * 1024];
            for (int read; (read = file.Read(buffer)) > 0;)
            {
                _added += buffer.AsSpan(0, read).Count(QueueFile.LineEnd);
            }
        }
    }

    private string Path(long number) => System.IO.Path.Combine(_directory, QueueFile.Name(number));

    private static long Number(string file) =>
        long.Parse(System.IO.Path.GetFileNameWithoutExtension(file), NumberStyles.None, CultureInfo.InvariantCulture);
}
