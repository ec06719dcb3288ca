using System.Text.Json;
using Metering.Api;
using Metering.Server.Engine;
using Metering.Server.Storage;
using Microsoft.Extensions.Logging;

namespace Metering.Server.Stores;

/// <summary>Dead letters in the store, bounded.</summary>
internal sealed class SqliteDeadLetters(MeterEngine engine, ILogger<SqliteDeadLetters> logger) : IDeadLetters
{
    private const string List = "dead letters";

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
                // Without an index for each kind: the list is bounded, and is read while somebody mends something.
                var statement = store[
                    """
                    SELECT body FROM dead_letter WHERE id > ?1 AND (?3 IS NULL OR code = ?3) AND (?4 IS NULL OR tenant = ?4)
                        AND (?5 IS NULL OR metric = ?5) ORDER BY id LIMIT ?2
                    """]
                    .Bind(1, after).Bind(2, limit + 1).Bind(3, kind.Code).Bind(4, kind.TenantId).Bind(5, kind.Metric);
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
        if (tooMany > 0)
        {
            // The oldest: ids rise with time.
            store["DELETE FROM dead_letter WHERE id IN (SELECT id FROM dead_letter ORDER BY id LIMIT ?)"].Bind(1, tooMany).Run();
        }

        Marks.Write(store, Marks.DeadLetters, count - tooMany);
        return (added, tooMany);
    }
}
