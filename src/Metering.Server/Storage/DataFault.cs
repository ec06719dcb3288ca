using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Metering.Server.Storage;

/// <summary>What an operator is told where a file of a data directory cannot be used.</summary>
internal static class DataFault
{
    /// <summary>Whether a fault is of a file, so that an operator can mend it.</summary>
    internal static bool Is(Exception fault) => fault is SqliteException or IOException or UnauthorizedAccessException;

    /// <summary>A fault in words.</summary>
    /// <param name="what">The file; or the directory, where nobody knows which of its files it is.</param>
    /// <param name="fault">The fault.</param>
    internal static DataDirectoryException Of(string what, Exception fault) =>
        fault is SqliteException { SqliteErrorCode: raw.SQLITE_NOTADB or raw.SQLITE_CORRUPT }
            ? new($"{what} is damaged ({fault.Message}). Restore meter.db, journal.db and webhooks.db from one backup.", fault)
            : new($"{what} cannot be used ({fault.Message}). Look for free space, the right to read and write, and damage.", fault);
}
