namespace Metering.Server.Storage;

/// <summary>
/// Keeps the small part of a table that has two parts. New rows go to the small part. When it has too many, some move on to the large
/// part, in the order of their ids, beginning where the last move ended. Readers look at both parts through a view.
/// </summary>
/// <remarks>
/// In these tables one new id is far from the next. Written straight to a large table, nearly every row would change a page of its own,
/// and a changed page is written twice: to SQLite's log and to the file. With two parts, a page is changed once for all rows that have
/// collected for it.
/// </remarks>
/// <param name="table">The name of the large part; see <see cref="NameOf"/>.</param>
/// <param name="most">How many rows stay in the small part.</param>
/// <param name="move">Moves the rows whose ids are above the first number and not above the second.</param>
internal sealed class RecentRows(string table, int most, Action<Database, long, long> move)
{
    /// <summary>How often rows are counted while the small part would fill once. A count reads all of its pages.</summary>
    private const int CountsPerFill = 128;

    private readonly string _count = $"SELECT COUNT(*) FROM {NameOf(table)}";
    private readonly string _last = $"SELECT id FROM {NameOf(table)} WHERE id > ? ORDER BY id LIMIT 1 OFFSET ?";

    // Not exact after a rollback or a restart. Then other rows move first; nothing else changes.
    private long _movedTo = long.MinValue;

    // Null until the first call, so that it counts. Otherwise a server that restarts often and writes little would never count.
    private int? _uncounted;

    /// <summary>The name of a table's small part.</summary>
    internal static string NameOf(string table) => table + "_recent";

    /// <summary>The name of the view that shows both parts.</summary>
    internal static string ViewOf(string table) => table + "_all";

    /// <summary>What makes both parts, and the view.</summary>
    /// <param name="table">The name of the large part.</param>
    /// <param name="columns">The columns besides <c>id</c>, which hold integers.</param>
    internal static IEnumerable<string> Definitions(string table, params string[] columns)
    {
        var definition = $"(id INTEGER PRIMARY KEY, {string.Join(", ", columns.Select(column => column + " INTEGER NOT NULL"))})";
        var names = string.Join(", ", columns.Prepend("id"));
        yield return $"CREATE TABLE IF NOT EXISTS {table} {definition}";
        yield return $"CREATE TABLE IF NOT EXISTS {NameOf(table)} {definition}";
        yield return $"""
            CREATE VIEW IF NOT EXISTS {ViewOf(table)} AS
            SELECT {names} FROM {table} UNION ALL SELECT {names} FROM {NameOf(table)}
            """;
    }

    /// <summary>Moves rows to the large part, if more are in the small one than may stay. The caller has opened the transaction.</summary>
    /// <param name="store">The store.</param>
    /// <param name="added">How many rows were added since the last call.</param>
    internal void MakeRoom(Database store, int added)
    {
        _uncounted += added;
        if (_uncounted <= most / CountsPerFill)
        {
            return;
        }

        _uncounted = 0;
        if (store[_count].Number() is { } rows && rows > most)
        {
            // Null when fewer rows lie above the last move than should move. Then all of those move, and the next move begins at the
            // lowest id.
            var last = store[_last].Bind(1, _movedTo).Bind(2, rows - most - 1).Number();
            move(store, _movedTo, last ?? long.MaxValue);
            _movedTo = last ?? long.MinValue;
        }
    }
}
