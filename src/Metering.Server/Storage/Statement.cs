using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Metering.Server.Storage;

/// <summary>One prepared statement of one connection, used again and again by one thread at a time.</summary>
/// <remarks>
/// It sits directly on SQLite's C interface: an ADO.NET command costs several times what an insert into a cached page does.
/// </remarks>
internal sealed class Statement : IDisposable
{
    private readonly sqlite3 _connection;
    private readonly sqlite3_stmt _statement;

    internal Statement(sqlite3 connection, string sql)
    {
        _connection = connection;

        // PERSISTENT: it is kept for long, so SQLite does not take its memory from the small store for short-lived things.
        var code = raw.sqlite3_prepare_v3(connection, sql, raw.SQLITE_PREPARE_PERSISTENT, out _statement);
        if (code != raw.SQLITE_OK)
        {
            throw Failure(connection, code);
        }
    }

    internal Statement Bind(int index, long value)
    {
        raw.sqlite3_bind_int64(_statement, index, value);
        return this;
    }

    internal Statement Bind(int index, long? value)
    {
        if (value is { } number)
        {
            raw.sqlite3_bind_int64(_statement, index, number);
        }
        else
        {
            raw.sqlite3_bind_null(_statement, index);
        }

        return this;
    }

    internal Statement Bind(int index, string? value)
    {
        if (value is null)
        {
            raw.sqlite3_bind_null(_statement, index);
        }
        else
        {
            raw.sqlite3_bind_text(_statement, index, value);
        }

        return this;
    }

    internal Statement Bind(int index, ReadOnlySpan<byte> value)
    {
        raw.sqlite3_bind_blob(_statement, index, value);
        return this;
    }

    /// <summary>Binds bytes, or nothing where there are none.</summary>
    internal Statement BindOrNull(int index, ReadOnlySpan<byte> value)
    {
        if (!value.IsEmpty)
        {
            return Bind(index, value);
        }

        raw.sqlite3_bind_null(_statement, index);
        return this;
    }

    /// <summary>Goes to the next row; false when there is none, and the statement is ready to be used again.</summary>
    internal bool Next()
    {
        var code = raw.sqlite3_step(_statement);
        if (code == raw.SQLITE_ROW)
        {
            return true;
        }

        if (code != raw.SQLITE_DONE)
        {
            // The message belongs to the connection and is gone after the reset.
            var failure = Failure(_connection, code);
            raw.sqlite3_reset(_statement);
            throw failure;
        }

        raw.sqlite3_reset(_statement);
        return false;
    }

    /// <summary>Runs a statement that has no rows, or whose rows are of no interest.</summary>
    internal void Run()
    {
        while (Next())
        {
        }
    }

    /// <summary>The number in the first column of the first row; null when there is no row, or no number in it.</summary>
    internal long? Number()
    {
        try
        {
            return Next() ? NullableInteger(0) : null;
        }
        finally
        {
            Reset();
        }
    }

    /// <summary>Ends reading before the last row.</summary>
    internal void Reset() => raw.sqlite3_reset(_statement);

    internal long Integer(int column) => raw.sqlite3_column_int64(_statement, column);

    internal long? NullableInteger(int column) => IsNull(column) ? null : Integer(column);

    internal bool IsNull(int column) => raw.sqlite3_column_type(_statement, column) == raw.SQLITE_NULL;

    internal string Text(int column) => raw.sqlite3_column_text(_statement, column).utf8_to_string();

    internal string? NullableText(int column) => IsNull(column) ? null : Text(column);

    /// <summary>The bytes of a column, valid until the next step.</summary>
    internal ReadOnlySpan<byte> Bytes(int column) => raw.sqlite3_column_blob(_statement, column);

    public void Dispose() => _statement.Dispose();

    /// <summary>What went wrong with a connection.</summary>
    // The low byte of SQLite's extended code is the primary one, which the exception takes apart from it.
    internal static SqliteException Failure(sqlite3 connection, int code) => new(
        $"SQLite error {code}: {raw.sqlite3_errmsg(connection).utf8_to_string()}", code & 0xff, raw.sqlite3_extended_errcode(connection));

    /// <summary>What a call of SQLite says that leaves no message with its connection.</summary>
    internal static SqliteException Failure(int code) =>
        new($"SQLite error {code}: {raw.sqlite3_errstr(code).utf8_to_string()}", code & 0xff, code);
}
