namespace Metering.Server.Storage;

/// <summary>The directory that holds everything the server keeps, and the lock that makes it this process's alone.</summary>
public sealed class DataDirectory : IDisposable
{
    /// <summary>The names of the files that belong together: the store, the journal, the webhooks.</summary>
    internal static readonly string[] FileNames = ["meter.db", "journal.db", "webhooks.db"];

    private readonly FileStream _lock;

    private DataDirectory(string path, FileStream fileLock)
    {
        Path = path;
        _lock = fileLock;
    }

    /// <summary>The directory, as a full path.</summary>
    public string Path { get; }

    /// <summary>Ledger, states, rollups, directory and catalog.</summary>
    internal string StoreFile => System.IO.Path.Combine(Path, FileNames[0]);

    /// <summary>Commands that are durable and not yet written out to <see cref="StoreFile"/>.</summary>
    internal string JournalFile => System.IO.Path.Combine(Path, FileNames[1]);

    /// <summary>Webhooks and their deliveries.</summary>
    internal string WebhooksFile => System.IO.Path.Combine(Path, FileNames[2]);

    /// <summary>Whether a directory holds a store.</summary>
    internal static bool HasStore(string directory) => File.Exists(System.IO.Path.Combine(directory, FileNames[0]));

    /// <summary>Takes a directory, which is made when it is missing. Nobody but this user may read it and its files.</summary>
    /// <exception cref="DataDirectoryException">Another process has it, or it cannot be written; the message says which and what to
    /// do.</exception>
    public static DataDirectory Take(string directory)
    {
        var path = System.IO.Path.GetFullPath(directory);
        var lockFile = System.IO.Path.Combine(path, "meter.lock");
        try
        {
            Make(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new DataDirectoryException($"The data directory {path} cannot be made: {e.Message} Choose another with --data.", e);
        }

        try
        {
            // The lock is the open handle, not the file: it ends with the process, so a server that was killed leaves nothing to clear up.
            return new DataDirectory(path, PrivateFiles.Open(lockFile, FileMode.OpenOrCreate, FileShare.None));
        }
        catch (UnauthorizedAccessException e)
        {
            throw new DataDirectoryException(
                $"The data directory {path} cannot be written: {e.Message} Give this user the right to write it.", e);
        }
        catch (IOException e)
        {
            throw new DataDirectoryException(
                $"The data directory {path} is in use by another server (it holds {lockFile}). Stop that one, or choose another directory with --data.", e);
        }
    }

    // What is written into it is only as safe as its own name, and those of the directories above it that were made with it.
    private static void Make(string path)
    {
        var made = new List<string>();
        for (var one = path; one is not null && !Directory.Exists(one); one = System.IO.Path.GetDirectoryName(one))
        {
            made.Add(one);
        }

        PrivateFiles.MakeDirectory(path);
        foreach (var above in made.Select(System.IO.Path.GetDirectoryName).OfType<string>())
        {
            FolderSync.ToDisk(above);
        }
    }

    /// <summary>Gives the directory back.</summary>
    public void Dispose() => _lock.Dispose();
}
