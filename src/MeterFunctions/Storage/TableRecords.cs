using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Azure.Data.Tables;
using Metering;

namespace MeterFunctions.Storage;

/// <summary>A few records of one kind in a partition of the settings table, each changed by whoever has read it last.</summary>
/// <typeparam name="T">The records' type.</typeparam>
/// <param name="tables">The tables.</param>
/// <param name="partition">The records' partition.</param>
/// <param name="type">How they are written as JSON.</param>
/// <param name="idOf">A record's id.</param>
/// <param name="max">Most records that are listed; whoever adds them keeps them fewer.</param>
internal sealed class TableRecords<T>(MeterTables tables, string partition, JsonTypeInfo<T> type, Func<T, string> idOf, int max)
    where T : class
{
    private const string Body = "Body";

    /// <summary>A record by its id; null when there is none.</summary>
    public async ValueTask<T?> FindAsync(string id, CancellationToken cancellationToken) =>
        await RowAsync(id, cancellationToken).ConfigureAwait(false) is { } row ? Read(row) : null;

    /// <summary>All of them, by id.</summary>
    public async ValueTask<List<T>> ListAsync(CancellationToken cancellationToken)
    {
        var filter = TableClient.CreateQueryFilter($"PartitionKey eq {partition}");
        var rows = await tables.QueryAsync(TableKeys.Settings, filter, max, cancellationToken).ConfigureAwait(false);
        return rows.ConvertAll(Read);
    }

    /// <summary>Adds a record; false when there is one with its id.</summary>
    public ValueTask<bool> TryAddAsync(T record, CancellationToken cancellationToken) =>
        tables.TryAddAsync(TableKeys.Settings, Row(record), cancellationToken);

    /// <summary>Reads, changes and writes a record, again when another writer came between. What is the same is not written.</summary>
    /// <returns>The record as it is then; null when there is none.</returns>
    public ValueTask<T?> ChangeAsync(string id, Func<T, T> change, CancellationToken cancellationToken) => LostRace.RepeatAsync<T?>(
        id,
        async () =>
        {
            if (await RowAsync(id, cancellationToken).ConfigureAwait(false) is not { } row)
            {
                return (true, null);
            }

            var known = Read(row);
            var changed = change(known);
            return changed.Equals(known)
                ? (true, known)
                : (
                    await tables.TryReplaceAsync(TableKeys.Settings, Row(changed), row, cancellationToken).ConfigureAwait(false),
                    changed);
        },
        cancellationToken);

    /// <summary>Forgets a record, if it is there.</summary>
    public ValueTask RemoveAsync(string id, CancellationToken cancellationToken) =>
        tables.DeleteAsync(TableKeys.Settings, partition, TableKeys.Text(id), cancellationToken);

    private ValueTask<TableEntity?> RowAsync(string id, CancellationToken cancellationToken) =>
        tables.FindAsync(TableKeys.Settings, partition, TableKeys.Text(id), cancellationToken);

    private TableEntity Row(T record)
    {
        var row = new TableEntity(partition, TableKeys.Text(idOf(record)));
        LongText.Set(row, Body, JsonSerializer.Serialize(record, type));
        return row;
    }

    private T Read(TableEntity row) => JsonSerializer.Deserialize(LongText.Get(row, Body)!, type)!;
}
