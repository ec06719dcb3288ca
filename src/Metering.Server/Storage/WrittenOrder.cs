namespace Metering.Server.Storage;

/// <summary>
/// When ledger rows were written, by the host's clock: a mark about once an hour. An entry's own time is its license's, which may lie in
/// the future when the clock was wrong for a while; retention must not wait for that.
/// </summary>
internal static class WrittenOrder
{
    private const long Interval = 60 * 60 * 1_000;

    /// <summary>Notes that rows from one on are written now. The caller has opened the transaction.</summary>
    /// <param name="store">The store.</param>
    /// <param name="row">The first of the rows.</param>
    /// <param name="now">The host's time, in Unix milliseconds.</param>
    internal static void Note(Database store, long row, long now)
    {
        var known = store["SELECT at FROM written ORDER BY row DESC LIMIT 1"].Number() ?? long.MinValue;

        // A clock that was set back gets its mark too.
        if (now >= known && now - Interval < known)
        {
            return;
        }

        store["INSERT OR REPLACE INTO written (row, at) VALUES (?, ?)"].Bind(1, row).Bind(2, now).Run();
    }

    /// <summary>The first row that may have been written at a time or later: every row before it was written before.</summary>
    internal static long FirstWrittenAfter(Database store, long time)
    {
        // What lies before a mark was written before it, also when the clock was set back in between; and what lies behind one was
        // written within the interval, or there would be another mark.
        var marked = store["SELECT MAX(row) FROM written WHERE at <= ?"].Bind(1, time).Number();
        if (marked is not { } from)
        {
            return 0;
        }

        return store["SELECT MIN(row) FROM written WHERE row >= ? AND at > ?"].Bind(1, from).Bind(2, time - Interval).Number()
            ?? long.MaxValue;
    }

    /// <summary>Forgets the marks before a row, which are of no more use once the rows before it are gone. The last one stays.</summary>
    internal static void Forget(Database store, long row) =>
        store["DELETE FROM written WHERE row < ? AND row < (SELECT MAX(row) FROM written)"].Bind(1, row).Run();
}
