using System.Text.Json;
using Metering.Server.Engine;
using Metering.Server.Storage;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Metering.Server.Stores;

/// <summary>
/// Forgets what is over: keys and event ids when their memory is over (rule 8), entries and rollups when their retention is. Works in
/// small steps, so that nothing waits long behind it.
/// </summary>
internal sealed class Retention(MeterEngine engine, IMeterClock clock, ILogger<Retention> logger) : BackgroundService
{
    private const int RowsAtOnce = 2_000;
    private const string ForgottenThrough = "forgotten_through";
    private static readonly TimeSpan Interval = TimeSpan.FromHours(1);

    /// <summary>Does all that is due now.</summary>
    /// <returns>How many ledger rows were forgotten or removed.</returns>
    internal async Task<long> RunAsync(CancellationToken cancellationToken)
    {
        var now = clock.UtcNow;
        var forget = (now - engine.Options.IdempotencyMemory).ToUnixTimeMilliseconds();
        var remove = (now - engine.Options.LedgerRetention).ToUnixTimeMilliseconds();
        var total = 0L;
        total += await RepeatAsync(store => Forget(store, forget), cancellationToken);
        total += await RepeatAsync(store => RemoveEntries(store, remove), cancellationToken);
        var day = DateOnly.FromDateTime((now - engine.Options.LedgerRetention).UtcDateTime).DayNumber;
        await RepeatAsync(store => RemoveRollups(store, day), cancellationToken);
        await RepeatAsync(store => RemoveRequests(store, forget), cancellationToken);
        return total;
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval);
        try
        {
            do
            {
                await RunOnceAsync(stoppingToken);
            }
            while (await timer.WaitForNextTickAsync(stoppingToken));
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The server stops; what is left is done after the next start.
        }
    }

    private async Task RunOnceAsync(CancellationToken stoppingToken)
    {
        try
        {
            await RunAsync(stoppingToken);
        }
        catch (StoreUnavailableException e)
        {
            logger.RetentionFailed(e.Message);
        }
    }

    private async Task<long> RepeatAsync(Func<Database, int> step, CancellationToken cancellationToken)
    {
        var total = 0L;
        while (!cancellationToken.IsCancellationRequested)
        {
            var done = await engine.Store.RunAsync(step);
            total += done;
            if (done < RowsAtOnce)
            {
                break;
            }
        }

        return total;
    }

    // The ledger lies in the order of time, so what is over lies at its beginning; how far it is forgotten is kept.
    private static int Forget(Database store, long before)
    {
        var through = Setting(store);
        var rows = new List<(long Id, long License, LedgerEntry Entry)>();
        var last = through;
        var read = 0;
        var statement = store["SELECT id, license, at, entry, answer IS NOT NULL FROM ledger WHERE id > ? ORDER BY id LIMIT ?"]
            .Bind(1, through).Bind(2, RowsAtOnce);
        while (statement.Next())
        {
            if (statement.Integer(2) >= before)
            {
                statement.Reset();
                break;
            }

            read++;
            last = statement.Integer(0);
            if (statement.Integer(4) != 0)
            {
                rows.Add((last, statement.Integer(1), JsonSerializer.Deserialize(statement.Bytes(3), MeteringJson.Default.LedgerEntry)!));
            }
        }

        foreach (var (id, license, entry) in rows)
        {
            if (entry.IdempotencyKey is { } key)
            {
                IdentityTable.Remove(store, new IdentityKey(license, IdentityKey.OfKey(key)), id);
            }

            if (entry.EventId is { } eventId)
            {
                IdentityTable.Remove(store, new IdentityKey(license, IdentityKey.OfEvent(eventId)), id);
            }

            store["UPDATE ledger SET answer = NULL, body_hash = NULL WHERE id = ?"].Bind(1, id).Run();
        }

        if (last > through)
        {
            store["INSERT INTO setting (name, value) VALUES (?, ?) ON CONFLICT DO UPDATE SET value = excluded.value"]
                .Bind(1, ForgottenThrough).Bind(2, last).Run();
        }

        return read;
    }

    private static int RemoveEntries(Database store, long before)
    {
        var rows = new List<(long Id, long License, long Sequence)>();
        var statement = store["SELECT id, license, at, entry FROM ledger ORDER BY id LIMIT ?"].Bind(1, RowsAtOnce);
        while (statement.Next())
        {
            if (statement.Integer(2) >= before)
            {
                statement.Reset();
                break;
            }

            var entry = JsonSerializer.Deserialize(statement.Bytes(3), MeteringJson.Default.LedgerEntry)!;
            rows.Add((statement.Integer(0), statement.Integer(1), entry.Sequence));
        }

        foreach (var (id, license, sequence) in rows)
        {
            store["DELETE FROM ledger WHERE id = ?"].Bind(1, id).Run();

            // A run gets shorter from its beginning and is gone with its last entry.
            var run = LedgerId.Of(license, sequence);
            store["DELETE FROM ledger_run WHERE id = ? AND row = ? AND count = 1"].Bind(1, run).Bind(2, id).Run();
            store["UPDATE ledger_run SET id = id + 1, row = row + 1, count = count - 1 WHERE id = ? AND row = ?"]
                .Bind(1, run).Bind(2, id).Run();
        }

        return rows.Count;
    }

    private static int RemoveRollups(Database store, int before)
    {
        var rows = new List<(long License, long Day, string Feature)>();
        var statement = store["SELECT license, day, feature FROM rollup WHERE day < ? LIMIT ?"].Bind(1, before).Bind(2, RowsAtOnce);
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

    private static int RemoveRequests(Database store, long before)
    {
        store["DELETE FROM request_memory WHERE key IN (SELECT key FROM request_memory WHERE at < ? LIMIT ?)"]
            .Bind(1, before).Bind(2, RowsAtOnce).Run();
        return store.Changes;
    }

    private static long Setting(Database store)
    {
        var statement = store["SELECT CAST(value AS INTEGER) FROM setting WHERE name = ?"].Bind(1, ForgottenThrough);
        var value = statement.Next() ? statement.Integer(0) : 0;
        statement.Reset();
        return value;
    }
}
