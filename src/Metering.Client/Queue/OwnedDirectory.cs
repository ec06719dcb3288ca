namespace Metering.Client;

/// <summary>A directory that belongs to one process: who opens it while another has it is told so.</summary>
internal sealed class OwnedDirectory : IDisposable
{
    private readonly string _path;
    private readonly Action<string> _toDisk;
    private readonly FileStream _owner;

    /// <summary>Makes the directory if need be, and takes it.</summary>
    /// <param name="path">The directory.</param>
    /// <param name="what">What lies in it, as the message of the exception names it: <c>queue</c>.</param>
    /// <param name="toDisk">Brings a folder to the disk; null: as <see cref="FolderSync"/> does.</param>
    /// <exception cref="MeteringException">Another process has it, or another object of this one.</exception>
    /// <exception cref="IOException">The directory can't be read or written.</exception>
    public OwnedDirectory(string path, string what, Action<string>? toDisk = null)
    {
        (_path, _toDisk) = (Path.GetFullPath(path), toDisk ?? FolderSync.ToDisk);
        Make();
        var file = Path.Combine(path, "owner");
        try
        {
            _owner = new FileStream(file, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException failure) when (File.Exists(file))
        {
            throw new MeteringException($"The {what} in {path} is open already: each process needs a directory of its own.", failure);
        }
    }

    /// <summary>
    /// Brings the names of its files to the disk. Without it, a power loss takes a new file away, however safe its bytes are.
    /// </summary>
    /// <exception cref="IOException">The disk fails.</exception>
    public void Sync() => _toDisk(_path);

    /// <inheritdoc/>
    public void Dispose() => _owner.Dispose();

    // With the names of the directories that are made for it.
    private void Make()
    {
        var missing = new List<string>();
        for (var one = _path; one is not null && !Directory.Exists(one); one = Path.GetDirectoryName(one))
        {
            missing.Add(one);
        }

        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(_path);
        }
        else
        {
            // What lies in it names users. Whoever wants others to read it makes the directory.
            Directory.CreateDirectory(_path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }

        missing.ForEach(one => _toDisk(Path.GetDirectoryName(one)!));
    }
}
