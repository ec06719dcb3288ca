using Metering.Server.Storage;
using Microsoft.Data.Sqlite;

namespace Metering.Server.Tests.Support;

/// <summary>A data directory of one test.</summary>
public sealed class DataFolder : IDisposable
{
    /// <summary>A new one; or one that is there, which then belongs to the test.</summary>
    public DataFolder(string? path = null) => Path = path ?? Directory.CreateTempSubdirectory("metering-").FullName;

    public string Path { get; }

    public string StoreFile => System.IO.Path.Combine(Path, "meter.db");

    public string JournalFile => System.IO.Path.Combine(Path, "journal.db");

    /// <summary>A copy of the files as they are now: what a killed process leaves behind.</summary>
    public DataFolder Copy()
    {
        var copy = new DataFolder();
        foreach (var file in Directory.GetFiles(Path, "*.db*"))
        {
            File.Copy(file, System.IO.Path.Combine(copy.Path, System.IO.Path.GetFileName(file)));
        }

        return copy;
    }

    /// <summary>Changes rows behind the server's back.</summary>
    public static int Execute(string file, string sql)
    {
        using var connection = Connect(file);
        using var command = connection.CreateCommand();
#pragma warning disable CA2100
        command.CommandText = sql;
#pragma warning restore CA2100
        return command.ExecuteNonQuery();
    }

    /// <summary>Changes what a journal holds.</summary>
    public static void ChangeBlocks(string file, Func<byte[], byte[]> change)
    {
        using var connection = Connect(file);
        var blocks = new List<(long Id, byte[] Block)>();
        using (var read = connection.CreateCommand())
        {
            read.CommandText = "SELECT id, block FROM journal";
            using var rows = read.ExecuteReader();
            while (rows.Read())
            {
                blocks.Add((rows.GetInt64(0), (byte[])rows.GetValue(1)));
            }
        }

        foreach (var (id, block) in blocks)
        {
            using var write = connection.CreateCommand();
            write.CommandText = "UPDATE journal SET block = $block WHERE id = $id";
            write.Parameters.AddWithValue("$block", change(block));
            write.Parameters.AddWithValue("$id", id);
            write.ExecuteNonQuery();
        }
    }

    public long Count(string table) => (long)Scalar($"SELECT COUNT(*) FROM {table}");

    public string Text(string query) => (string)Scalar(query);

    private object Scalar(string query)
    {
        using var connection = Connect(StoreFile);
        using var command = connection.CreateCommand();
#pragma warning disable CA2100
        command.CommandText = query;
#pragma warning restore CA2100
        return command.ExecuteScalar()!;
    }

    /// <summary>Holds a file's write lock until disposed, so that the server cannot write it.</summary>
    public static IDisposable LockWrites(string file)
    {
        var connection = Connect(file);
        using var command = connection.CreateCommand();
        command.CommandText = "BEGIN IMMEDIATE";
        command.ExecuteNonQuery();
        return connection;
    }

    public void Dispose()
    {
        if (Directory.Exists(Path))
        {
            Directory.Delete(Path, recursive: true);
        }
    }

    private static SqliteConnection Connect(string file)
    {
        Database.MakeReady();
        var connection = new SqliteConnection($"Data Source={file};Pooling=False");
        connection.Open();
        return connection;
    }
}
