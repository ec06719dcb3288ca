namespace Metering.Server.Storage;

/// <summary>
/// Where the entries of a license are. Each time entries are written out, those of one license lie together, in one run. A run's id is that
/// of its first entry (<see cref="LedgerId"/>). The table has two parts: <see cref="RecentRows"/>.
/// </summary>
internal static class LedgerRuns
{
    internal const string Table = "ledger_run";

    private static readonly string Recent = RecentRows.NameOf(Table);

    // REPLACE: a stray run must not stop the write-out.
    private static readonly string Insert = $"INSERT OR REPLACE INTO {Recent} (id, row, count) VALUES (?, ?, ?)";

    private static readonly string Copy =
        $"INSERT OR REPLACE INTO {Table} (id, row, count) SELECT id, row, count FROM {Recent} WHERE id > ? AND id <= ?";

    private static readonly string[] Parts = [Table, Recent];
    private static readonly string DeleteRange = $"DELETE FROM {Recent} WHERE id > ? AND id <= ?";
    private static readonly string[] Deletes = [.. Parts.Select(part => $"DELETE FROM {part} WHERE id = ?")];

    // The id moves too: it holds the number of the run's first entry. REPLACE: a stray run there must not stop retention.
    private static readonly string[] Updates =
        [.. Parts.Select(part => $"UPDATE OR REPLACE {part} SET id = id + ?2, row = row + ?2, count = count - ?2 WHERE id = ?1")];

    /// <summary>Notes where the next entries of a license are.</summary>
    /// <param name="store">The store; the caller has opened the transaction.</param>
    /// <param name="id">Its license and first entry.</param>
    /// <param name="row">The ledger row of that entry.</param>
    /// <param name="count">How many entries it has.</param>
    internal static void Add(Database store, long id, long row, long count) => store[Insert].Bind(1, id).Bind(2, row).Bind(3, count).Run();

    /// <summary>Moves runs to the large part: those with ids above one and not above the other.</summary>
    internal static void Move(Database store, long after, long to)
    {
        store[Copy].Bind(1, after).Bind(2, to).Run();
        store[DeleteRange].Bind(1, after).Bind(2, to).Run();
    }

    /// <summary>Makes a run shorter from its beginning.</summary>
    internal static void Shorten(Database store, long id, long by)
    {
        foreach (var update in Updates)
        {
            store[update].Bind(1, id).Bind(2, by).Run();
        }
    }

    /// <summary>Removes a run whose entries are all gone.</summary>
    internal static void Remove(Database store, long id)
    {
        foreach (var delete in Deletes)
        {
            store[delete].Bind(1, id).Run();
        }
    }
}
