namespace Metering.Server.Tests.Simulation;

/// <summary>
/// A directory of files that fail as files on disks do. What was synced survives everything; of what was not, a power failure leaves a part
/// that the seed chooses.
/// </summary>
internal sealed class SimulatedDisk
{
    private const int Full = 13;
    private const int ReadsAWait = 40;
    private const int WritesAWait = 40;
    private const int SyncsAWait = 2;
    private const int ReadError = 266;
    private const int ShortRead = 522;
    private const int WriteError = 778;
    private const int SyncError = 1_034;
    private const int DeleteError = 2_570;

    // Which file a name stands for, as programs see it, and as it would be after a power failure.
    private readonly Dictionary<string, SimulatedFile> _names = new(StringComparer.Ordinal);
    private readonly Dictionary<string, SimulatedFile> _durableNames = new(StringComparer.Ordinal);
    private readonly Dictionary<SimulatedFile, SharedIndex> _indexes = [];
    private readonly List<SimulatedFile> _files = [];
    private readonly Lock _gate = new();
    private readonly Random _random;
    private int? _operationsLeft;

    /// <summary>An empty disk, or one with files of an earlier one.</summary>
    internal SimulatedDisk(Random random, IEnumerable<KeyValuePair<string, byte[]>>? files = null)
    {
        _random = random;
        foreach (var (name, bytes) in files ?? [])
        {
            _names[name] = _durableNames[name] = NewFile(bytes);
        }
    }

    /// <summary>
    /// What is done while somebody waits for the disk, which is slow now and then; null: nobody else is there.
    /// </summary>
    internal Action? Meanwhile { get; set; }

    /// <summary>What is wrong with it now.</summary>
    internal DiskFault Fault { get; set; }

    /// <summary>Files whose syncs do nothing, though they say that they did.</summary>
    internal Func<string, bool> LosesSyncs { get; set; } = _ => false;

    /// <summary>
    /// Whether programs may see what a failed sync has lost. No program can tell: whoever opens such a file builds on what is not there.
    /// </summary>
    internal bool SeesWhatIsLost { get; private set; }

    /// <summary>How many times it was started.</summary>
    internal int Starts { get; private set; }

    /// <summary>Whether processes can use it. None can from a power failure on, until it is started again.</summary>
    internal bool IsAlive { get; private set; } = true;

    /// <summary>All files as they are now.</summary>
    internal Dictionary<string, byte[]> Files() => _names.ToDictionary(file => file.Key, file => file.Value.Bytes.ToArray());

    /// <summary>Ends the processes, in the middle of the operation that comes after so many others, or at once.</summary>
    internal void EndAfter(int operations)
    {
        _operationsLeft = operations;
        IsAlive = operations > 0;
    }

    /// <summary>Takes back what <see cref="EndAfter"/> has in store, if it has not come yet.</summary>
    internal void LiveOn() => _operationsLeft = null;

    /// <summary>Starts it after a power failure.</summary>
    internal void StartAfterPowerFailure()
    {
        SeesWhatIsLost = false;
        var survival = new Survival(_random);
        foreach (var file in _names.Values.Concat(_durableNames.Values).Distinct().ToList())
        {
            file.LosePower(_random, survival);
        }

        foreach (var name in _names.Keys.Union(_durableNames.Keys).Order(StringComparer.Ordinal).ToList())
        {
            // What no sync has settled of a name has reached the disk, or it has not.
            Settle(name, _random.Next(2) == 0 ? _names : _durableNames);
        }

        Start();
    }

    /// <summary>Starts it after a process was killed: the system has everything that it wrote.</summary>
    internal void StartAfterKill()
    {
        foreach (var file in _names.Values)
        {
            file.LoseProcesses();
        }

        Start();
    }

    internal bool Exists(string name)
    {
        lock (_gate)
        {
            return _names.TryGetValue(name, out var file) && file.Length > 0;
        }
    }

    internal SimulatedFile? Open(string name, bool create)
    {
        lock (_gate)
        {
            if (!IsAlive)
            {
                return null;
            }

            if (!_names.TryGetValue(name, out var file) && create)
            {
                _names[name] = file = NewFile([]);
            }

            return file;
        }
    }

    internal int Delete(string name, bool sync)
    {
        if (Ends())
        {
            return DeleteError;
        }

        lock (_gate)
        {
            _names.Remove(name);
            if (sync)
            {
                _durableNames.Remove(name);
            }
        }

        return SqliteVfs.Ok;
    }

    internal int Read(SimulatedFile file, long offset, Span<byte> into)
    {
        Wait(ReadsAWait);
        if (Fault == DiskFault.Reads && _random.Next(4) == 0)
        {
            return ReadError;
        }

        return file.Read(offset, into) ? SqliteVfs.Ok : ShortRead;
    }

    internal int Write(SimulatedFile file, long offset, ReadOnlySpan<byte> bytes)
    {
        Wait(WritesAWait);
        var ends = Ends();
        var grows = offset + bytes.Length > file.Length;
        var fails = Fault switch
        {
            DiskFault.Full => grows,
            DiskFault.Writes => _random.Next(3) == 0,
            _ => false,
        };
        if (!ends && !fails)
        {
            file.Write(offset, bytes);
            return SqliteVfs.Ok;
        }

        // As much as there was room or time for.
        file.Write(offset, bytes[.._random.Next(bytes.Length + 1)]);
        return !ends && Fault == DiskFault.Full ? Full : WriteError;
    }

    internal int Truncate(SimulatedFile file, long size)
    {
        if (Ends())
        {
            return WriteError;
        }

        file.Truncate(size);
        return SqliteVfs.Ok;
    }

    internal int Sync(string name, SimulatedFile file)
    {
        Wait(SyncsAWait);
        if (Ends())
        {
            return SyncError;
        }

        if (Fault == DiskFault.Syncs && _random.Next(3) > 0)
        {
            // Either the system tries again with the next sync, or it takes for written what is lost.
            if (_random.Next(2) == 0)
            {
                file.FailSync(_random);
                SeesWhatIsLost = true;
            }

            return SyncError;
        }

        if (!LosesSyncs(name))
        {
            file.Sync();

            // SQLite syncs the directory of a file that it has made with the file's first sync.
            _durableNames[name] = file;
        }

        return SqliteVfs.Ok;
    }

    internal SharedIndex IndexOf(SimulatedHandle handle)
    {
        lock (_gate)
        {
            if (handle.Index is { } known)
            {
                return known;
            }

            if (!_indexes.TryGetValue(handle.File, out var index) || !index.IsUsed)
            {
                _indexes[handle.File] = index = new SharedIndex();
            }

            index.Join(handle);
            return index;
        }
    }

    /// <summary>Gives the memory of its files to the next run. Its processes must have ended.</summary>
    internal void End() => _files.ForEach(file => file.Dispose());

    private SimulatedFile NewFile(ReadOnlySpan<byte> bytes)
    {
        var file = new SimulatedFile(bytes);
        _files.Add(file);
        return file;
    }

    // Once in so many operations.
    private void Wait(int operations)
    {
        if (Meanwhile is { } meanwhile && _random.Next(operations) == 0)
        {
            meanwhile();
        }
    }

    private void Start()
    {
        _indexes.Clear();
        _operationsLeft = null;
        Fault = DiskFault.None;
        IsAlive = true;
        Starts++;
    }

    private void Settle(string name, Dictionary<string, SimulatedFile> names)
    {
        if (names.TryGetValue(name, out var file))
        {
            _names[name] = _durableNames[name] = file;
        }
        else
        {
            _names.Remove(name);
            _durableNames.Remove(name);
        }
    }

    // One operation more; whether it is the one in the middle of which everything ends.
    private bool Ends()
    {
        if (_operationsLeft is { } left)
        {
            _operationsLeft = left - 1;
            IsAlive = left > 1;
        }

        return !IsAlive;
    }
}
