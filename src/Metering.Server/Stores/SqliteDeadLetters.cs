using System.Text.Json;
using System.Text.Json.Nodes;
using Metering.Api;
using Metering.Server.Engine;
using Metering.Server.Storage;
using Microsoft.Extensions.Logging;

namespace Metering.Server.Stores;

/// <summary>Dead letters in the store, bounded.</summary>
internal sealed class SqliteDeadLetters(MeterEngine engine, ILogger<SqliteDeadLetters> logger) : IDeadLetters
{
    private const string List = "dead letters";

    // So many letters a tenant may have before it gives up its own first; for a short list, a tenth of the list.
    private const int MaxShare = 1_000;

    /// <summary>The query of one tenant's letters.</summary>
    internal static readonly string LettersOfTenant = Letters("AND tenant = ?5 ");

    private static readonly string DropOfAll = Drops();
    private static readonly string DropOfTenant = Drops(" AND tenant IS ?3");

    // Those with more letters than a share, the largest first; null: not known. Fewer than a full list has shares. Only the store's writer
    // uses it.
    private Queue<string?>? _large;

    private int Share => Math.Min(MaxShare, engine.Options.MaxDeadLetters / 10);

    /// <inheritdoc/>
    public async ValueTask AddAsync(IReadOnlyList<DeadLetter> letters, CancellationToken cancellationToken)
    {
        var (added, dropped) = await engine.Store.RunAsync(store => Add(store, letters));
        ApiMetrics.Kept(added);
        if (dropped > 0)
        {
            logger.DeadLettersDropped(dropped, engine.Options.MaxDeadLetters);
        }
    }

    /// <inheritdoc/>
    public ValueTask<Page<DeadLetter>> ListAsync(DeadLetterKind kind, string? cursor, int limit, CancellationToken cancellationToken)
    {
        var after = cursor is null ? "" : PageCursor.Read(List, cursor);
        return engine.Readers.ReadAsync(
            store =>
            {
                var letters = new List<DeadLetter>();
                // Without an index for code and metric: the list is bounded, and is read while somebody mends something.
                var statement = store[kind.TenantId is null ? Letters() : LettersOfTenant]
                    .Bind(1, after).Bind(2, limit + 1).Bind(3, kind.Code).Bind(4, kind.Metric);
                if (kind.TenantId is not null)
                {
                    statement.Bind(5, kind.TenantId);
                }

                while (statement.Next())
                {
                    letters.Add(Parse(statement.Bytes(0)));
                }

                if (letters.Count <= limit)
                {
                    return new Page<DeadLetter>(letters, null);
                }

                letters.RemoveAt(limit);
                return new Page<DeadLetter>(letters, PageCursor.After(List, letters[^1].Id));
            },
            cancellationToken);
    }

    /// <inheritdoc/>
    public ValueTask<int> CountAsync(int most, CancellationToken cancellationToken) => engine.Readers.ReadAsync(
        store => (int)(store["SELECT COUNT(*) FROM (SELECT 1 FROM dead_letter LIMIT ?)"].Bind(1, most).Number() ?? 0),
        cancellationToken);

    /// <inheritdoc/>
    public ValueTask<DeadLetter?> FindAsync(string id, CancellationToken cancellationToken) => engine.Readers.ReadAsync(
        store =>
        {
            var statement = store["SELECT body FROM dead_letter WHERE id = ?"].Bind(1, id);
            var found = statement.Next() ? Parse(statement.Bytes(0)) : null;
            statement.Reset();
            return found;
        },
        cancellationToken);

    /// <inheritdoc/>
    public async ValueTask RemoveAsync(string id, CancellationToken cancellationToken) => await engine.Store.RunAsync(store =>
    {
        store["DELETE FROM dead_letter WHERE id = ?"].Bind(1, id).Run();
        Marks.Write(store, Marks.DeadLetters, Marks.Read(store, Marks.DeadLetters) - store.Changes);
        return true;
    });

    private static string Letters(string tenant = "") =>
        $"SELECT body FROM dead_letter WHERE id > ?1 {tenant}AND (?3 IS NULL OR code = ?3) AND (?4 IS NULL OR metric = ?4) ORDER BY id LIMIT ?2";

    private static string Drops(string tenant = "") => $"""
        DELETE FROM dead_letter WHERE id IN (
            SELECT id FROM dead_letter WHERE id NOT IN (SELECT value FROM json_each(?1)){tenant} ORDER BY id LIMIT ?2)
        """;

    private static DeadLetter Parse(ReadOnlySpan<byte> json) => JsonSerializer.Deserialize(json, MeteringJson.Default.DeadLetter)!;

    private (IReadOnlyList<DeadLetter> Added, long Dropped) Add(Database store, IReadOnlyList<DeadLetter> letters)
    {
        // An id that is there is the same event, come again.
        var insert = store["INSERT OR IGNORE INTO dead_letter (id, at, code, tenant, metric, body) VALUES (?, ?, ?, ?, ?, ?)"];
        var added = new List<DeadLetter>(letters.Count);
        foreach (var letter in letters)
        {
            insert.Bind(1, letter.Id).Bind(2, letter.ReceivedAt.ToUnixTimeMilliseconds())
                .Bind(3, letter.Code).Bind(4, letter.TenantId).Bind(5, letter.Metric)
                .Bind(6, JsonSerializer.SerializeToUtf8Bytes(letter, MeteringJson.Default.DeadLetter)).Run();
            if (store.Changes > 0)
            {
                added.Add(letter);
            }
        }

        // Counting the rows would read all of them. The file keeps the number, so it goes back along with the rows when a commit fails.
        var count = Marks.Read(store, Marks.DeadLetters) + added.Count;
        var tooMany = Math.Max(0, count - engine.Options.MaxDeadLetters);
        if (tooMany < added.Count)
        {
            // There was room, so a tenant may have come to more than a share.
            _large = null;
        }

        if (tooMany > 0)
        {
            Drop(store, letters, added, tooMany);
        }

        Marks.Write(store, Marks.DeadLetters, count - tooMany);
        return (added, tooMany);
    }

    // Whoever has more than a share gives up its own: first those that add to it, or a sender could push out the letters of all others;
    // then those that filled the list before, or they would keep it while the others push each other out. Only then the oldest of all go.
    private void Drop(Database store, IReadOnlyList<DeadLetter> given, List<DeadLetter> added, long tooMany)
    {
        var spared = new JsonArray([.. given.Select(letter => JsonValue.Create(letter.Id))]).ToJsonString();
        foreach (var ofTenant in added.GroupBy(letter => letter.TenantId, StringComparer.Ordinal))
        {
            tooMany -= DropBeyondShare(store, ofTenant.Key, spared, Math.Min(tooMany, ofTenant.Count()));
        }

        while (tooMany > 0 && Large(store).TryPeek(out var tenant))
        {
            tooMany -= DropBeyondShare(store, tenant, spared, tooMany);
            if (tooMany > 0)
            {
                _large!.Dequeue();
            }
        }

        DropOldest(store, DropOfAll, spared, tooMany);
    }

    // Counting all letters by tenant reads the whole list, so what was found is remembered. In a full list nobody comes to more than a
    // share.
    private Queue<string?> Large(Database store)
    {
        if (_large is null)
        {
            _large = new Queue<string?>();
            var statement = store["""
                SELECT tenant FROM dead_letter GROUP BY tenant HAVING COUNT(*) > ? ORDER BY COUNT(*) DESC, MIN(id)
                """].Bind(1, Share);
            while (statement.Next())
            {
                _large.Enqueue(statement.NullableText(0));
            }
        }

        return _large;
    }

    private long DropBeyondShare(Database store, string? tenant, string spared, long most)
    {
        // Counted no further than is needed: a full list is large.
        var found = store["SELECT COUNT(*) FROM (SELECT 1 FROM dead_letter WHERE tenant IS ?1 LIMIT ?2)"]
            .Bind(1, tenant).Bind(2, Share + most).Number() ?? 0;
        var own = Math.Max(0, found - Share);
        DropOldest(store, DropOfTenant, spared, own, tenant);
        return own;
    }

    // By their ids, which rise with time, but not within some minutes: so a letter of now may sort before older ones. The answer names it,
    // so it goes only when nothing else can.
    private static void DropOldest(Database store, string drop, string spared, long count, string? tenant = null)
    {
        foreach (var stays in new[] { spared, "[]" })
        {
            var statement = store[drop].Bind(1, stays).Bind(2, count);
            if (drop == DropOfTenant)
            {
                statement.Bind(3, tenant);
            }

            statement.Run();
            count -= store.Changes;
        }
    }
}
