namespace Metering.Server.Storage;

/// <summary>
/// The three files of a data directory as they were at one moment, each held by a read transaction, while a server may go on writing them.
/// </summary>
/// <remarks>
/// A read transaction fixes one file, and three can't begin at the same instant. So the store's begins first, then the journal's, then the
/// webhooks', and then it is looked whether the store was written in between (<see cref="Marks.Generation"/>). If it was, all is done
/// again. If it was not, the moment is the one in which the journal's transaction began: the journal has every command that was
/// acknowledged until then, or the store has it; for a row is deleted from the journal only when the store has it, and the store did not
/// change. What the webhooks have beyond the store's moment was made from what the store has. The server waits for nothing: a look takes
/// microseconds, and the store is written about once a second.
/// </remarks>
internal sealed class FilesAtOneMoment : IDisposable
{
    // A look fails only if the store is written within its microseconds.
    private const int MaxLooks = 1_000;
    private const int CacheKib = 2 * 1024;

    private readonly Database _store;
    private readonly Database _journal;
    private readonly Database _webhooks;

    private FilesAtOneMoment(Database store, Database journal, Database webhooks) =>
        (_store, _journal, _webhooks) = (store, journal, webhooks);

    /// <summary>Fixes the files of a directory.</summary>
    /// <param name="directory">The data directory; a server may be writing it.</param>
    /// <param name="between">Called in each look, with its number, when the store is fixed and the others are not; for tests.</param>
    /// <exception cref="DataDirectoryException">There is a file too few, it is of another version, or the files do not agree.</exception>
    internal static FilesAtOneMoment Open(string directory, Action<int>? between = null)
    {
        var opened = new List<Database>();
        try
        {
            foreach (var name in DataDirectory.FileNames)
            {
                var file = Path.Combine(directory, name);
                if (!File.Exists(file))
                {
                    throw new DataDirectoryException($"There is no {file}.");
                }

                opened.Add(Open(file));
            }

            var files = new FilesAtOneMoment(opened[0], opened[1], opened[2]);
            files.Fix(Path.Combine(directory, DataDirectory.FileNames[0]), between);
            return files;
        }
        catch
        {
            opened.ForEach(database => database.Dispose());
            throw;
        }
    }

    /// <summary>
    /// Copies the files; they are durable when this returns. The small ones go first, so that their logs may soon be cut.
    /// </summary>
    /// <param name="directory">A directory that is there and empty.</param>
    /// <param name="cancellationToken">Stops between parts of a file.</param>
    internal void CopyTo(string directory, CancellationToken cancellationToken)
    {
        foreach (var (database, name) in new[] { _store, _journal, _webhooks }.Zip(DataDirectory.FileNames).Reverse())
        {
            database.CopyTo(Path.Combine(directory, name), cancellationToken);
            database.Rollback();
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _store.Dispose();
        _journal.Dispose();
        _webhooks.Dispose();
    }

    private static Database Open(string file)
    {
        Database? database = null;
        try
        {
            database = Database.OpenReader(file, CacheKib);
            FileForm.Check(database, file);
            return database;
        }
        catch (Exception fault)
        {
            database?.Dispose();
            if (DataFault.Is(fault))
            {
                throw DataFault.Of(file, fault);
            }

            throw;
        }
    }

    private void Fix(string storeFile, Action<int>? between)
    {
        using var live = Database.OpenReader(storeFile, CacheKib);
        for (var look = 1; ; look++)
        {
            // Begin alone fixes nothing; the first read does.
            _store.BeginRead();
            var generation = Marks.Read(_store, Marks.Generation);
            between?.Invoke(look);
            _journal.BeginRead();
            Marks.Read(_journal, Marks.Generation);
            _webhooks.BeginRead();
            Marks.Read(_webhooks, Marks.Generation);
            var written = Marks.Read(live, Marks.Generation) != generation;
            try
            {
                FileAgreement.Check(_store, _journal, _webhooks);
                if (!written)
                {
                    return;
                }
            }
            catch (DataDirectoryException) when (look < MaxLooks)
            {
                // A server that is just starting brings its journal into the store, which does not count as a generation.
            }

            if (look == MaxLooks)
            {
                throw new DataDirectoryException("The files changed each time they were read, so there is no copy of one moment. Try again.");
            }
        }
    }
}
