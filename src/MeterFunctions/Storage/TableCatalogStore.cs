using System.Globalization;
using System.IO.Compression;
using System.Text.Json;
using Azure.Data.Tables;
using MeterFunctions.Hosting;
using Metering;
using Microsoft.Extensions.Options;

namespace MeterFunctions.Storage;

/// <summary>
/// The catalog as one compressed document in pieces. A change writes the pieces of a new revision and then turns the head to it, if
/// the head is still as it was read; so a reader sees one revision whole, and of two writers one comes first.
/// </summary>
internal sealed class TableCatalogStore(MeterTables tables, IOptions<FunctionsOptions> options) : ICatalogStore, IDisposable
{
    // A column takes 64 KiB; a catalog of more pieces than this is refused.
    private const int PieceBytes = 60 * 1024;
    private const int MaxPieces = 100;
    private const string Number = "Number";
    private const string Revision = "Revision";
    private const string Pieces = "Pieces";
    private const string Body = "Body";

    // Pieces that no head names are left for readers that are under way, and for crashes; then they go.
    private static readonly TimeSpan PieceAge = TimeSpan.FromHours(1);

    private readonly TimeSpan _age = TimeSpan.FromSeconds(options.Value.CatalogCacheSeconds);
    private readonly SemaphoreSlim _turn = new(1, 1);
    private readonly Lock _memory = new();
    private volatile Read? _last;

    /// <inheritdoc/>
    public async ValueTask<CatalogSnapshot> ReadAsync(CancellationToken cancellationToken)
    {
        if (_last is { } last && Environment.TickCount64 - last.Tick < _age.TotalMilliseconds)
        {
            return last.Catalog;
        }

        return (await LoadAsync(cancellationToken).ConfigureAwait(false)).Catalog;
    }

    /// <inheritdoc/>
    public async ValueTask<CatalogSnapshot> ChangeAsync(Func<CatalogSnapshot, CatalogSnapshot> change, CancellationToken cancellationToken)
    {
        // Changes of this instance come one after the other; only those of other instances meet at the head.
        await _turn.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            return await ChangeInTurnAsync(change, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _turn.Dispose();

    private async ValueTask<CatalogSnapshot> ChangeInTurnAsync(
        Func<CatalogSnapshot, CatalogSnapshot> change, CancellationToken cancellationToken)
    {
        return await LostRace.RepeatAsync(
            "The catalog",
            async () =>
            {
                var read = await LoadAsync(cancellationToken).ConfigureAwait(false);
                var next = change(read.Catalog);
                return (
                    ReferenceEquals(next, read.Catalog) || await TryWriteAsync(read, next, cancellationToken).ConfigureAwait(false), next);
            },
            cancellationToken).ConfigureAwait(false);
    }

    private async ValueTask<Read> LoadAsync(CancellationToken cancellationToken)
    {
        // From before it is asked: however slow the answer is, nothing is served for longer than it may be.
        var tick = Environment.TickCount64;
        var head = await tables.FindAsync(TableKeys.Catalog, TableKeys.CatalogPartition, TableKeys.CatalogHead, cancellationToken)
            .ConfigureAwait(false);
        if (head is null)
        {
            return Keep(new Read(CatalogSnapshot.Empty, 0, null, null, tick));
        }

        var (number, revision) = (head.GetInt64(Number)!.Value, head.GetString(Revision));

        // A revision never changes, so the one that is in memory need not be read and unpacked again.
        if (_last is { } last && last.Revision == revision)
        {
            return Keep(last with { Head = head, Tick = tick });
        }

        var prefix = $"{TableKeys.CatalogPiece}{revision}_";
        var pieces = await tables.QueryAsync(
            TableKeys.Catalog,
            TableClient.CreateQueryFilter(
                $"PartitionKey eq {TableKeys.CatalogPartition} and RowKey ge {prefix} and RowKey lt {TableKeys.After(prefix)}"),
            MaxPieces + 1,
            cancellationToken).ConfigureAwait(false);

        // Pieces of an old revision go some time after its head was turned; then the next read finds the new one.
        if (pieces.Count != head.GetInt32(Pieces))
        {
            throw new StoreUnavailableException($"The catalog's revision {revision} was replaced while it was read.");
        }

        return Keep(new Read(
            Unpack(pieces.SelectMany(piece => piece.GetBinary(Body))), number, revision, head, tick));
    }

    // What is served from memory. A slow reader that began before a change must not bring back what was there before it.
    private Read Keep(Read read)
    {
        lock (_memory)
        {
            if (_last is null || _last.Number <= read.Number)
            {
                _last = read;
            }
        }

        return read;
    }

    private async ValueTask<bool> TryWriteAsync(Read read, CatalogSnapshot next, CancellationToken cancellationToken)
    {
        var revision = Guid.CreateVersion7().ToString("N");
        var pieces = Pack(next).Chunk(PieceBytes).ToArray();
        if (pieces.Length > MaxPieces)
        {
            throw new ArgumentException(
                $"A catalog of {pieces.Length * PieceBytes / 1024} KiB, compressed, is larger than the storage takes.", nameof(next));
        }

        for (var i = 0; i < pieces.Length; i++)
        {
            var piece = new TableEntity(
                TableKeys.CatalogPartition, $"{TableKeys.CatalogPiece}{revision}_{i.ToString("D4", CultureInfo.InvariantCulture)}")
            {
                [Body] = pieces[i],
            };
            await tables.PutAsync(TableKeys.Catalog, piece, cancellationToken).ConfigureAwait(false);
        }

        var head = new TableEntity(TableKeys.CatalogPartition, TableKeys.CatalogHead)
        {
            [Number] = read.Number + 1,
            [Revision] = revision,
            [Pieces] = pieces.Length,
        };
        var turned = read.Revision is null
            ? await tables.TryAddAsync(TableKeys.Catalog, head, cancellationToken).ConfigureAwait(false)
            : await tables.TryReplaceAsync(TableKeys.Catalog, head, read.Head!, cancellationToken).ConfigureAwait(false);
        if (!turned)
        {
            await DeleteAsync(revision, cancellationToken).ConfigureAwait(false);
            return false;
        }

        // What this instance serves from memory is its own change at once; the head itself is read anew before the next one.
        Keep(new Read(next, read.Number + 1, revision, null, Environment.TickCount64));
        await DeleteOldAsync(revision, read.Revision, cancellationToken).ConfigureAwait(false);
        return true;
    }

    private async ValueTask DeleteAsync(string revision, CancellationToken cancellationToken)
    {
        var prefix = $"{TableKeys.CatalogPiece}{revision}_";
        var filter = TableClient.CreateQueryFilter(
            $"PartitionKey eq {TableKeys.CatalogPartition} and RowKey ge {prefix} and RowKey lt {TableKeys.After(prefix)}");
        foreach (var piece in await tables.QueryAsync(TableKeys.Catalog, filter, int.MaxValue, cancellationToken).ConfigureAwait(false))
        {
            await tables.DeleteAsync(TableKeys.Catalog, piece.PartitionKey, piece.RowKey, cancellationToken).ConfigureAwait(false);
        }
    }

    private async ValueTask DeleteOldAsync(string current, string? previous, CancellationToken cancellationToken)
    {
        var filter = TableClient.CreateQueryFilter(
            $"PartitionKey eq {TableKeys.CatalogPartition} and RowKey ge {TableKeys.CatalogPiece} and RowKey lt {TableKeys.After(TableKeys.CatalogPiece)} and Timestamp lt {DateTimeOffset.UtcNow - PieceAge}");
        foreach (var piece in await tables.QueryAsync(TableKeys.Catalog, filter, MaxPieces, cancellationToken).ConfigureAwait(false))
        {
            var isKept = piece.RowKey.Contains(current, StringComparison.Ordinal)
                || (previous is not null && piece.RowKey.Contains(previous, StringComparison.Ordinal));
            if (!isKept)
            {
                await tables.DeleteAsync(TableKeys.Catalog, piece.PartitionKey, piece.RowKey, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    private static byte[] Pack(CatalogSnapshot catalog)
    {
        using var packed = new MemoryStream();
        using (var zip = new BrotliStream(packed, CompressionLevel.Fastest))
        {
            JsonSerializer.Serialize(zip, StoredCatalog.Of(catalog), CatalogJson.Default.StoredCatalog);
        }

        return packed.ToArray();
    }

    private static CatalogSnapshot Unpack(IEnumerable<byte> pieces)
    {
        using var packed = new MemoryStream([.. pieces]);
        using var zip = new BrotliStream(packed, CompressionMode.Decompress);
        return JsonSerializer.Deserialize(zip, CatalogJson.Default.StoredCatalog)!.ToSnapshot();
    }

    private sealed record Read(CatalogSnapshot Catalog, long Number, string? Revision, TableEntity? Head, long Tick);
}
