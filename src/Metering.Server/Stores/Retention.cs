using Metering.Server.Clock;
using Metering.Server.Engine;
using Metering.Server.Loops;
using Metering.Server.Storage;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Metering.Server.Stores;

/// <summary>
/// Forgets what is over: keys and event ids when their memory is over (rule 8), entries and rollups when their retention is. Works in
/// small steps with rests between them, so that nothing waits long behind it: at midnight a whole day is over at once.
/// </summary>
internal sealed class Retention(
    MeterEngine engine, IMeterClock clock, TimeProvider time, LoopStatuses loops, ILogger<Retention> logger) : BackgroundService
{
    /// <summary>Closed days that are over.</summary>
    internal const string OldRollups = "SELECT license, day, feature FROM rollup WHERE day < ? LIMIT ?";

    /// <summary>Records of closed periods that are over.</summary>
    internal const string OldPeriods = "SELECT license, ended FROM closed_period WHERE ended < ? LIMIT ?";

    private const string ForgottenSetting = "forgotten_through";
    private static readonly TimeSpan Interval = TimeSpan.FromHours(1);

    // It rests so many times as long as each step took: it has at most a quarter of the time of the store's writer, and less where others
    // keep that busy, because a step that waits its turn takes longer. With a tenth, as for looks at all licenses, a server that counts a
    // few thousand commands a second all day would never have removed as many.
    private const int Rests = 3;

    private bool _hasWaited;

    /// <summary>Does all that is due now.</summary>
    /// <returns>How many ledger rows were forgotten or removed.</returns>
    internal async Task<long> RunAsync(CancellationToken cancellationToken)
    {
        var (now, most) = (clock.UtcNow, engine.Options.RetentionRows);
        var forget = (now - engine.Rules.IdempotencyMemory).ToUnixTimeMilliseconds();

        // By whole days, as rollups go: whoever exports the first day that is kept must find all of it.
        var day = DateOnly.FromDateTime((now - engine.Options.LedgerRetention).UtcDateTime);
        var remove = new DateTimeOffset(day, TimeOnly.MinValue, TimeSpan.Zero).ToUnixTimeMilliseconds();

        var total = 0L;

        // First, because an entry is removed only when its answer was forgotten.
        total += await RepeatAsync(
            async () =>
            {
                var (rows, identities) = await engine.Store.RunAsync(store => Forget(store, forget, most));

                // Only now: a step whose transaction fails is done again.
                engine.Filter.Forgot(identities);
                return rows;
            },
            cancellationToken);

        // Before the first entry goes: an export that finds the mark knows what may be missing.
        await engine.Store.RunAsync(store => MarkKept(store, day));
        total += await RepeatAsync(() => engine.Store.RunAsync(store => LedgerCut.Step(store, remove, day, most)), cancellationToken);
        await RepeatAsync(() => engine.Store.RunAsync(store => RemoveRollups(store, day.DayNumber, most)), cancellationToken);
        await RepeatAsync(() => engine.Store.RunAsync(store => RemovePeriods(store, day, most)), cancellationToken);
        await RepeatAsync(() => engine.Store.RunAsync(store => RemoveRequests(store, forget, most)), cancellationToken);
        return total;
    }

    /// <summary>The ledger row through which answers were forgotten.</summary>
    internal static long ForgottenThrough(Database store) =>
        store["SELECT CAST(value AS INTEGER) FROM setting WHERE name = ?"].Bind(1, ForgottenSetting).Number() ?? 0;

    /// <inheritdoc/>
    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        new SurvivingLoop(loops.Add("Retention"), time, logger).RunAsync(
            RoundAsync,
            (pause, stopping) => Task.Delay(pause, time, stopping),
            stoppingToken);

    /// <summary>
    /// Does all that is due now, unless the clock may be wrong: nothing brings back what is removed, least of all the keys (rule 8).
    /// </summary>
    /// <returns>How long to wait for the next round.</returns>
    internal async Task<TimeSpan> RoundAsync(CancellationToken cancellationToken)
    {
        // Also of a server that nobody uses it must be known when it was last at work.
        await engine.Store.RunAsync(store => Marks.WriteSeen(store, clock.UtcNow));
        if (engine.ClockTrial > TimeSpan.Zero && !_hasWaited)
        {
            _hasWaited = true;
            logger.ClockOnTrial((int)Math.Ceiling(engine.ClockTrial.TotalMinutes));
            return engine.ClockTrial;
        }

        // Readiness says so.
        if (ClockFault.Of(clock) is null)
        {
            await RunAsync(cancellationToken);
        }

        return Interval;
    }

    private async Task<long> RepeatAsync(Func<Task<int>> step, CancellationToken cancellationToken)
    {
        var total = 0L;
        while (!cancellationToken.IsCancellationRequested)
        {
            var begun = time.GetTimestamp();
            var done = await step();
            total += done;
            if (done == 0)
            {
                break;
            }

            await Task.Delay(Rests * time.GetElapsedTime(begun), time, cancellationToken);
        }

        return total;
    }

    // The ledger lies in the order in which it was written, so what is over lies at its beginning; how far it is forgotten is kept. An
    // entry is over by its own time, and at the latest by the time at which it was written: one from a future that a wrong clock made
    // must not keep everything behind it.
    private static (int Rows, long Identities) Forget(Database store, long before, int most)
    {
        var through = ForgottenThrough(store);
        var written = WrittenOrder.FirstWrittenAfter(store, before);

        // Gathered first: what a query sees of rows that are changed while it runs, SQLite does not say.
        var rows = new List<(long Id, long License, long? Key, long? Event, byte[] Digest)>();
        var last = through;
        var read = 0;
        var statement = store["SELECT id, license, at, key, event, body_hash, answer FROM ledger WHERE id > ? ORDER BY id LIMIT ?"]
            .Bind(1, through).Bind(2, most);
        while (statement.Next())
        {
            if (statement.Integer(2) >= before && statement.Integer(0) >= written)
            {
                statement.Reset();
                break;
            }

            read++;
            last = statement.Integer(0);
            var (key, eventId) = (statement.NullableInteger(3), statement.NullableInteger(4));

            // It stays when the answer goes, so that the chain can be followed as long as the entry is kept.
            var digest = new byte[EvidenceChain.Size];
            if (!ChainLinks.Digest(statement.Bytes(6), statement.Bytes(5), key, eventId, digest).IsEmpty)
            {
                rows.Add((last, statement.Integer(1), key, eventId, digest));
            }
        }

        var identities = 0L;
        foreach (var (id, license, key, eventId, digest) in rows)
        {
            foreach (var print in new[] { key, eventId })
            {
                if (print is { } known)
                {
                    identities += IdentityTable.Remove(store, IdentityKey.FromPrint(license, known), id);
                }
            }

            store["UPDATE ledger SET answer = NULL, body_hash = NULL, key = NULL, event = NULL, forgotten = ? WHERE id = ?"]
                .Bind(1, digest).Bind(2, id).Run();
        }

        if (last > through)
        {
            store["INSERT INTO setting (name, value) VALUES (?, ?) ON CONFLICT DO UPDATE SET value = excluded.value"]
                .Bind(1, ForgottenSetting).Bind(2, last).Run();
        }

        return (read, identities);
    }

    // Never back, also when the clock is: days before it may be gone.
    private static bool MarkKept(Database store, DateOnly day)
    {
        if (day.DayNumber > Marks.Read(store, Marks.RollupsFrom))
        {
            Marks.Write(store, Marks.RollupsFrom, day.DayNumber);
        }

        return true;
    }

    private static int RemoveRollups(Database store, int before, int most)
    {
        var rows = new List<(long License, long Day, string Feature)>();
        var statement = store[OldRollups].Bind(1, before).Bind(2, most);
        while (statement.Next())
        {
            rows.Add((statement.Integer(0), statement.Integer(1), statement.Text(2)));
        }

        foreach (var (license, day, feature) in rows)
        {
            store["DELETE FROM rollup WHERE license = ? AND day = ? AND feature = ?"].Bind(1, license).Bind(2, day).Bind(3, feature).Run();
        }

        return rows.Count;
    }

    // The mark of MarkKept holds for them too.
    private static int RemovePeriods(Database store, DateOnly before, int most)
    {
        var rows = new List<(long License, long End)>();
        var statement = store[OldPeriods]
            .Bind(1, new DateTimeOffset(before, TimeOnly.MinValue, TimeSpan.Zero).ToUnixTimeMilliseconds()).Bind(2, most);
        while (statement.Next())
        {
            rows.Add((statement.Integer(0), statement.Integer(1)));
        }

        foreach (var (license, end) in rows.Distinct())
        {
            store["DELETE FROM closed_period WHERE license = ? AND ended = ?"].Bind(1, license).Bind(2, end).Run();
        }

        return rows.Count;
    }

    private static int RemoveRequests(Database store, long before, int most)
    {
        store["DELETE FROM request_memory WHERE key IN (SELECT key FROM request_memory WHERE at < ? LIMIT ?)"]
            .Bind(1, before).Bind(2, most).Run();
        return store.Changes;
    }
}
