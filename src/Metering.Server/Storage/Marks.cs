namespace Metering.Server.Storage;

/// <summary>Numbers that a file keeps of itself. Each is changed in the transaction of what it speaks of, or before it.</summary>
internal static class Marks
{
    internal const string Table = "CREATE TABLE IF NOT EXISTS mark (name TEXT PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID";

    /// <summary>In every file: a random number, the same in the files of one directory.</summary>
    internal const string Directory = "directory";

    /// <summary>
    /// In <c>meter.db</c>: how many times it was written. In the others: what that number was when they last went along with it.
    /// </summary>
    internal const string Generation = "generation";

    /// <summary>
    /// In <c>meter.db</c>: the highest ledger row that was ever given, so that none is given twice when retention has removed it.
    /// </summary>
    internal const string LedgerRow = "ledger_row";

    /// <summary>In <c>meter.db</c>: the highest ledger row that retention has removed.</summary>
    internal const string LedgerRemoved = "ledger_removed";

    /// <summary>In <c>meter.db</c>: the first day whose entries and rollups retention keeps.</summary>
    internal const string RollupsFrom = "rollups_from";

    /// <summary>
    /// In <c>meter.db</c>: the journal's row up to which it has everything. In <c>journal.db</c>: up to which rows were deleted.
    /// </summary>
    internal const string JournalRow = "journal_row";

    /// <summary>In <c>meter.db</c>: how many dead letters it has.</summary>
    internal const string DeadLetters = "dead_letters";

    /// <summary>In <c>meter.db</c>: up to where signals were removed from the outbox because <c>webhooks.db</c> has them.</summary>
    internal const string OutboxRemoved = "outbox_removed";

    /// <summary>In <c>meter.db</c>: the latest time at which it was written, in Unix milliseconds.</summary>
    internal const string SeenAt = "seen_at";

    /// <summary>In <c>meter.db</c>: for how long keys are remembered, in milliseconds (<see cref="KeyMemory"/>).</summary>
    internal const string KeyMemoryNow = "key_memory";

    /// <summary>In <c>meter.db</c>: the shortest time for which keys were remembered before that, in milliseconds.</summary>
    internal const string KeyMemoryBefore = "key_memory_before";

    /// <summary>In <c>meter.db</c>: since when keys are remembered for <see cref="KeyMemoryNow"/>, in Unix milliseconds.</summary>
    internal const string KeyMemorySince = "key_memory_since";

    /// <summary>In <c>meter.db</c>: until when the clock is on trial, in Unix milliseconds; 0: it is not (ClockAtStart).</summary>
    internal const string ClockTrialUntil = "clock_trial_until";

    /// <summary>A mark; 0 when it was never set.</summary>
    internal static long Read(Database database, string name) =>
        database["SELECT value FROM mark WHERE name = ?"].Bind(1, name).Number() ?? 0;

    /// <summary>Sets a mark. The caller has opened the transaction.</summary>
    internal static void Write(Database database, string name, long value) =>
        database["INSERT INTO mark (name, value) VALUES (?, ?) ON CONFLICT DO UPDATE SET value = excluded.value"]
            .Bind(1, name).Bind(2, value).Run();

    /// <summary>For how long keys were remembered; null when it was never noted.</summary>
    internal static KeyMemory? ReadKeyMemory(Database store) => Read(store, KeyMemoryNow) is var current and > 0
        ? new KeyMemory(
            TimeSpan.FromMilliseconds(current),
            TimeSpan.FromMilliseconds(Read(store, KeyMemoryBefore)),
            DateTimeOffset.FromUnixTimeMilliseconds(Read(store, KeyMemorySince)))
        : null;

    /// <summary>Notes for how long keys are remembered from now on, which says what may be missing of those from before.</summary>
    internal static bool WriteKeyMemory(Database store, TimeSpan memory, DateTimeOffset now)
    {
        var (current, before, since) = ReadKeyMemory(store)?.Changed(memory, now) ?? KeyMemory.Always(memory);
        Write(store, KeyMemoryNow, (long)current.TotalMilliseconds);
        Write(store, KeyMemoryBefore, (long)before.TotalMilliseconds);
        Write(store, KeyMemorySince, since.ToUnixTimeMilliseconds());
        return true;
    }

    /// <summary>Notes the host's time, which a clock must not be far from at the next start.</summary>
    internal static bool WriteSeen(Database store, DateTimeOffset now)
    {
        Write(store, SeenAt, now.ToUnixTimeMilliseconds());
        return true;
    }
}
