namespace Metering.Server.Storage;

/// <summary>The form in which this version writes its files, and the tables that a file must have.</summary>
internal static class FileForm
{
    /// <summary>The form of all three files: they are read together, so they change together.</summary>
    internal const int Version = 11;

    /// <summary>Opens the one connection that writes a file, which is made with its tables when it is missing.</summary>
    /// <param name="file">The file.</param>
    /// <param name="cacheKib">Page cache, in KiB.</param>
    /// <param name="lockWait">How long to wait for a lock that another process holds; null: as long as files usually do.</param>
    /// <param name="tables">What makes its tables.</param>
    /// <exception cref="DataDirectoryException">It can't be read or written, or another version wrote it.</exception>
    internal static Database Open(string file, int cacheKib, TimeSpan? lockWait, IReadOnlyList<string> tables)
    {
        if (Directory.Exists(file))
        {
            throw new DataDirectoryException($"{file} is a directory, but must be a file.");
        }

        Database? database = null;
        try
        {
            database = Database.OpenWriter(file, cacheKib, lockWait);
            Ensure(database, file, tables);
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

    /// <summary>Checks the form of a file that is only read.</summary>
    /// <exception cref="DataDirectoryException">The file was written by an older or a newer version, or is empty.</exception>
    internal static void Check(Database database, string file)
    {
        if (!IsOfThisForm(database, file))
        {
            throw new DataDirectoryException($"{file} is empty: no server has written it yet.");
        }
    }

    private static void Ensure(Database database, string file, IReadOnlyList<string> tables)
    {
        if (IsOfThisForm(database, file))
        {
            // An index that was added later does not change the form: a version that does not know it keeps it up to date too.
            foreach (var index in tables.Where(made => made.StartsWith("CREATE INDEX IF NOT EXISTS", StringComparison.Ordinal)))
            {
                database.Execute(index);
            }

            return;
        }

        database.InTransaction(made =>
        {
            foreach (var table in tables)
            {
                made.Execute(table);
            }

            made.Execute(Marks.Table);

            // In the transaction of the tables, so that after a crash there is no file with tables and without its form.
            made.Execute($"PRAGMA user_version = {Version}");
            return true;
        });
    }

    // False for a new file, which has no tables yet.
    private static bool IsOfThisForm(Database database, string file)
    {
        var found = Number(database, "PRAGMA user_version");

        // Files of the first form had no number, but they had tables.
        if (found > Version)
        {
            throw new DataDirectoryException(
                $"{file} was written by a newer version of this server (form {found}; this one reads form {Version}). Start that version.");
        }

        if (found < Version && (found > 0 || Number(database, "SELECT COUNT(*) FROM sqlite_master") > 0))
        {
            throw new DataDirectoryException(
                $"{file} was written by an older version of this server (form {Math.Max(1, found)}; this one reads form {Version}). "
                + "Start that version, or choose a new directory with --data.");
        }

        return found == Version;
    }

    private static long Number(Database database, string query) => database[query].Number() ?? 0;
}
