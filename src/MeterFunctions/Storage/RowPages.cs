using Azure;
using Azure.Data.Tables;

namespace MeterFunctions.Storage;

/// <summary>Rows of a table page by page, one request a page, and pages of them deleted, one request a page too.</summary>
internal sealed class RowPages(MeterTables tables)
{
    /// <summary>Most rows of a transaction, and of a page that is to be deleted by one.</summary>
    public const int MaxInTransaction = 100;

    private static readonly string[] Keys = [nameof(TableEntity.PartitionKey), nameof(TableEntity.RowKey)];

    /// <summary>The next rows by a filter, in the order of their keys, and where they go on; null at the end.</summary>
    /// <param name="table">The table.</param>
    /// <param name="filter">The filter. Rows that are passed over cost time, so a page may have few rows, or none, and not be the last.</param>
    /// <param name="from">Where they go on, as an earlier answer said; null or empty at the beginning.</param>
    /// <param name="size">Most rows.</param>
    /// <param name="columns">The columns that are read; null: all.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public async ValueTask<(IReadOnlyList<TableEntity> Rows, string? Next)> ReadAsync(
        string table, string filter, string? from, int size, IEnumerable<string>? columns, CancellationToken cancellationToken)
    {
        var client = await tables.OpenAsync(table).ConfigureAwait(false);
        var pages = client.QueryAsync<TableEntity>(filter, null, columns, cancellationToken).AsPages(from is "" ? null : from, size);
        await foreach (var page in pages.ConfigureAwait(false))
        {
            return (page.Values, page.ContinuationToken);
        }

        return ([], null);
    }

    /// <summary>The keys of the next rows, as many as one transaction can delete.</summary>
    /// <inheritdoc cref="ReadAsync"/>
    public ValueTask<(IReadOnlyList<TableEntity> Rows, string? Next)> ReadKeysAsync(
        string table, string filter, string? from, CancellationToken cancellationToken) =>
        ReadAsync(table, filter, from, MaxInTransaction, Keys, cancellationToken);

    /// <summary>
    /// How many rows a filter finds; where they are more than <paramref name="most"/>, that many. What they hold is not read.
    /// </summary>
    public async ValueTask<int> CountAsync(string table, string filter, int most, CancellationToken cancellationToken)
    {
        var client = await tables.OpenAsync(table).ConfigureAwait(false);
        var size = Math.Min(most, Metering.Page<int>.MaxSize);
        var count = 0;
        await foreach (var _ in client.QueryAsync<TableEntity>(filter, size, Keys, cancellationToken).ConfigureAwait(false))
        {
            if (++count == most)
            {
                break;
            }
        }

        return count;
    }

    /// <summary>
    /// Deletes rows of one partition, all or none: none when one of them is not as it was read, or has gone. Then the page is to be read
    /// again. So it is when the answer of a first try was lost.
    /// </summary>
    /// <param name="table">The table.</param>
    /// <param name="read">The rows, <see cref="MaxInTransaction"/> at most.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public async ValueTask<bool> TryDeleteAsync(string table, IReadOnlyList<TableEntity> read, CancellationToken cancellationToken)
    {
        var client = await tables.OpenAsync(table).ConfigureAwait(false);
        try
        {
            await client.SubmitAsync(
                read.Select(row => new TableTransactionAction(TableTransactionActionType.Delete, row, row.ETag)), cancellationToken)
                .ConfigureAwait(false);
            return true;
        }
        catch (RequestFailedException changed) when (changed.Status is 404 or 409 or 412)
        {
            return false;
        }
    }
}
