using Azure;
using Azure.Core;
using Azure.Data.Tables;
using Azure.Identity;
using MeterFunctions.Hosting;
using Metering;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;

namespace MeterFunctions.Storage;

/// <summary>The tables of the meter, made when they are first used.</summary>
internal sealed class MeterTables
{
    // Which writes a row comes from: the last one first, and so many before it.
    private const string Writes = "Writes";
    private const int MaxWrites = 8;

    private const int MaxConcurrentReads = 16;

    private readonly Dictionary<string, TableClient> _tables;
    private readonly Dictionary<string, TableClient> _commits;
    private readonly Lock _turn = new();
    private readonly string? _fault;
    private Task? _made;

    public MeterTables(IConfiguration configuration, IOptions<FunctionsOptions> options, StorageTime? time = null)
        : this(
            StorageConnection.Open(configuration, StorageConnection.ClientOptions(time)),
            StorageConnection.Open(configuration, StorageConnection.CommitOptions(time)),
            options.Value.TablePrefix)
    {
    }

    /// <summary>Tables of a storage to which no setting leads: every use of them fails with what is wrong.</summary>
    /// <param name="fault">What is wrong, see <see cref="StorageConnection.Fault"/>.</param>
    public MeterTables(string fault) => (_tables, _commits, _fault) = ([], [], fault);

    /// <summary>Tables of a storage.</summary>
    /// <param name="service">The way to it, with <see cref="StorageConnection.ClientOptions"/>.</param>
    /// <param name="commits">The way to it for commits, with <see cref="StorageConnection.CommitOptions"/>.</param>
    /// <param name="prefix">What the names of the tables begin with.</param>
    public MeterTables(TableServiceClient service, TableServiceClient commits, string prefix)
    {
        _tables = TableKeys.Tables.ToDictionary(name => name, name => service.GetTableClient(prefix + name));
        _commits = TableKeys.Tables.ToDictionary(name => name, name => commits.GetTableClient(prefix + name));
    }

    /// <summary>
    /// Whether tables are only read: those that are missing are not made, which by a mistyped prefix would look like empty ones.
    /// </summary>
    public bool ReadsOnly { get; init; }

    /// <summary>A table, once all are there.</summary>
    /// <exception cref="StoreUnavailableException">They cannot be made, or no setting leads to them.</exception>
    public ValueTask<TableClient> OpenAsync(string name)
    {
        if (_fault is not null)
        {
            throw new StoreUnavailableException(_fault);
        }

        var table = _tables[name];
        var made = _made;
        return made is { IsCompletedSuccessfully: true } ? ValueTask.FromResult(table) : new ValueTask<TableClient>(WaitAsync());

        async Task<TableClient> WaitAsync()
        {
            await MakeAsync().ConfigureAwait(false);
            return table;
        }
    }

    /// <summary>A table for commits (<see cref="StorageConnection.CommitOptions"/>), once all are there.</summary>
    public async ValueTask<TableClient> OpenCommitsAsync(string name)
    {
        await OpenAsync(name).ConfigureAwait(false);
        return _commits[name];
    }

    /// <summary>A row; null when there is none.</summary>
    public async ValueTask<TableEntity?> FindAsync(string table, string partition, string row, CancellationToken cancellationToken)
    {
        var client = await OpenAsync(table).ConfigureAwait(false);
        var found = await client.GetEntityIfExistsAsync<TableEntity>(partition, row, null, cancellationToken).ConfigureAwait(false);
        return found.HasValue ? found.Value : null;
    }

    /// <summary>Those of a partition's rows that are there, read one by one, a few at a time.</summary>
    public async ValueTask<List<TableEntity>> FindAllAsync(
        string table, string partition, IEnumerable<string> rows, CancellationToken cancellationToken)
    {
        var found = new List<TableEntity>();
        foreach (var chunk in rows.Distinct(StringComparer.Ordinal).Chunk(MaxConcurrentReads))
        {
            var reads = chunk.Select(row => FindAsync(table, partition, row, cancellationToken).AsTask());
            found.AddRange((await Task.WhenAll(reads).ConfigureAwait(false)).OfType<TableEntity>());
        }

        return found;
    }

    /// <summary>Rows of any partitions, read one by one, a few at a time, in the order of the keys; null where there is none.</summary>
    // One query with the keys joined by "or" would be one request, for which the service reads the whole table: it looks up one key, or
    // reads a range of keys, and nothing between.
    public async ValueTask<List<TableEntity?>> FindEachAsync(
        string table, IEnumerable<(string Partition, string Row)> keys, CancellationToken cancellationToken)
    {
        var found = new List<TableEntity?>();
        foreach (var chunk in keys.Chunk(MaxConcurrentReads))
        {
            var reads = chunk.Select(key => FindAsync(table, key.Partition, key.Row, cancellationToken).AsTask());
            found.AddRange(await Task.WhenAll(reads).ConfigureAwait(false));
        }

        return found;
    }

    /// <summary>Adds a row; false when there already is one with its keys.</summary>
    public async ValueTask<bool> TryAddAsync(string table, TableEntity row, CancellationToken cancellationToken)
    {
        var client = await OpenAsync(table).ConfigureAwait(false);
        var write = Mark(row, null);
        try
        {
            await client.AddEntityAsync(row, cancellationToken).ConfigureAwait(false);
            return true;
        }
        catch (RequestFailedException exists) when (exists.Status == 409)
        {
            return await IsWrittenAsync(client, row, write, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Replaces a row that is still as it was read; false when it is not.</summary>
    public async ValueTask<bool> TryReplaceAsync(string table, TableEntity row, TableEntity read, CancellationToken cancellationToken)
    {
        var client = await OpenAsync(table).ConfigureAwait(false);
        var write = Mark(row, read);
        try
        {
            await client.UpdateEntityAsync(row, read.ETag, TableUpdateMode.Replace, cancellationToken).ConfigureAwait(false);
            return true;
        }
        catch (RequestFailedException changed) when (changed.Status is 412 or 404)
        {
            // Changed, or deleted, since it was read; or this write's own first try has changed it.
            return await IsWrittenAsync(client, row, write, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Deletes a row that is still as it was read; false when it is not, or is gone.</summary>
    public async ValueTask<bool> TryDeleteAsync(string table, TableEntity read, CancellationToken cancellationToken)
    {
        var client = await OpenAsync(table).ConfigureAwait(false);
        try
        {
            // The client says by its answer that a row is not there, and by an exception that it was changed.
            using var answer = await client.DeleteEntityAsync(read.PartitionKey, read.RowKey, read.ETag, cancellationToken)
                .ConfigureAwait(false);
            return answer.Status != 404;
        }
        catch (RequestFailedException changed) when (changed.Status == 412)
        {
            return false;
        }
    }

    /// <summary>Writes a row whatever is there.</summary>
    public async ValueTask PutAsync(string table, TableEntity row, CancellationToken cancellationToken)
    {
        var client = await OpenAsync(table).ConfigureAwait(false);
        await client.UpsertEntityAsync(row, TableUpdateMode.Replace, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Sets columns of a row, whatever else is in it; makes it when it is not there.</summary>
    public async ValueTask MergeAsync(string table, TableEntity columns, CancellationToken cancellationToken)
    {
        var client = await OpenAsync(table).ConfigureAwait(false);
        await client.UpsertEntityAsync(columns, TableUpdateMode.Merge, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Sets columns of a row that is there, whatever else is in it; false when it is not.</summary>
    public async ValueTask<bool> TryMergeAsync(string table, TableEntity columns, CancellationToken cancellationToken)
    {
        var client = await OpenAsync(table).ConfigureAwait(false);
        try
        {
            await client.UpdateEntityAsync(columns, ETag.All, TableUpdateMode.Merge, cancellationToken).ConfigureAwait(false);
            return true;
        }
        catch (RequestFailedException missing) when (missing.Status == 404)
        {
            return false;
        }
    }

    /// <summary>Deletes rows of one partition, if they are there.</summary>
    public async ValueTask DeleteAllAsync(
        string table, string partition, IEnumerable<string> rows, CancellationToken cancellationToken)
    {
        // One by one: a transaction fails as a whole for one row that somebody else has deleted.
        foreach (var row in rows)
        {
            await DeleteAsync(table, partition, row, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Deletes a row, if it is there.</summary>
    public async ValueTask DeleteAsync(string table, string partition, string row, CancellationToken cancellationToken)
    {
        var client = await OpenAsync(table).ConfigureAwait(false);
        await client.DeleteEntityAsync(partition, row, ETag.All, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Rows by a filter, in the order of their keys, at most <paramref name="most"/>.</summary>
    public async ValueTask<List<TableEntity>> QueryAsync(string table, string filter, int most, CancellationToken cancellationToken)
    {
        var client = await OpenAsync(table).ConfigureAwait(false);
        var rows = new List<TableEntity>();
        await foreach (var row in
            client.QueryAsync<TableEntity>(filter, Math.Min(most, Metering.Page<int>.MaxSize), null, cancellationToken)
                .ConfigureAwait(false))
        {
            rows.Add(row);
            if (rows.Count == most)
            {
                break;
            }
        }

        return rows;
    }

    /// <summary>Some of all rows of a table, in the order of their keys, and where they go on; null at the end.</summary>
    /// <param name="table">The table.</param>
    /// <param name="from">Where they go on, as an earlier answer said; null at the beginning.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public async ValueTask<(IReadOnlyList<TableEntity> Rows, string? Next)> PageAsync(
        string table, string? from, CancellationToken cancellationToken)
    {
        var client = await OpenAsync(table).ConfigureAwait(false);
        await foreach (var page in client.QueryAsync<TableEntity>(cancellationToken: cancellationToken)
            .AsPages(from, Metering.Page<int>.MaxSize).ConfigureAwait(false))
        {
            return (page.Values, page.ContinuationToken);
        }

        return ([], null);
    }

    /// <summary>
    /// Makes the tables that are missing, and sees that they are in the form that this version reads; a failure is not remembered.
    /// </summary>
    /// <exception cref="InvalidDataException">Another version wrote them, in another form.</exception>
    public Task MakeAsync()
    {
        lock (_turn)
        {
            if (_made is null or { IsFaulted: true } or { IsCanceled: true })
            {
                _made = PrepareAsync();
            }

            return _made;
        }
    }

    private async Task PrepareAsync()
    {
        if (!ReadsOnly)
        {
            await Task.WhenAll(_tables.Values.Select(table => table.CreateIfNotExistsAsync())).ConfigureAwait(false);
        }

        await TableFormat.CheckAsync(_tables, mayMark: !ReadsOnly).ConfigureAwait(false);
    }

    private static string Mark(TableEntity row, TableEntity? read)
    {
        var write = Guid.NewGuid().ToString("N");
        var before = read?.GetString(Writes)?.Split(' ') ?? [];
        row[Writes] = string.Join(' ', before.Prepend(write).Take(MaxWrites));
        return write;
    }

    // The client tries again when an answer is lost, and then meets what its first try has written, or what others have made of that since.
    private static async ValueTask<bool> IsWrittenAsync(
        TableClient client, TableEntity row, string write, CancellationToken cancellationToken)
    {
        var found = await client.GetEntityIfExistsAsync<TableEntity>(row.PartitionKey, row.RowKey, [Writes], cancellationToken)
            .ConfigureAwait(false);
        return found.HasValue && found.Value!.GetString(Writes)?.Split(' ').Contains(write) == true;
    }
}
