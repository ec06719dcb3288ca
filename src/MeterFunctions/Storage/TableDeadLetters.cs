using Azure.Data.Tables;
using Metering;
using Metering.Api;

namespace MeterFunctions.Storage;

/// <summary>What could not be counted (rule 10).</summary>
internal sealed class TableDeadLetters(MeterTables tables) : IDeadLetters
{
    private const string List = "dead letters";
    private const string LetterId = "LetterId";
    private const string ReceivedAt = "ReceivedAt";
    private const string Code = "Code";
    private const string TenantId = "TenantId";
    private const string Metric = "Metric";
    private const string Detail = "Detail";
    private const string Payload = "Payload";
    private const int MaxConcurrentWrites = 16;

    private readonly RowPages _pages = new(tables);

    /// <inheritdoc/>
    public async ValueTask AddAsync(IReadOnlyList<DeadLetter> letters, CancellationToken cancellationToken)
    {
        foreach (var chunk in letters.Chunk(MaxConcurrentWrites))
        {
            // One that is there already is the same event.
            var added = await Task.WhenAll(chunk.Select(letter =>
                tables.TryAddAsync(TableKeys.DeadLetters, Row(letter), cancellationToken).AsTask())).ConfigureAwait(false);
            ApiMetrics.Kept([.. chunk.Where((_, index) => added[index])]);
        }
    }

    /// <inheritdoc/>
    public async ValueTask<Page<DeadLetter>> ListAsync(
        DeadLetterKind kind, string? cursor, int limit, CancellationToken cancellationToken)
    {
        var after = cursor is null ? "" : PageCursor.Read(List, cursor);
        var rows = await tables.QueryAsync(
            TableKeys.DeadLetters,
            TableClient.CreateQueryFilter($"PartitionKey eq {TableKeys.LetterPartition} and RowKey gt {after}")
                + Only(Code, kind.Code) + Only(TenantId, kind.TenantId) + Only(Metric, kind.Metric),
            limit + 1,
            cancellationToken).ConfigureAwait(false);
        return new Page<DeadLetter>(
            [.. rows.Take(limit).Select(Read)], rows.Count > limit ? PageCursor.After(List, rows[limit - 1].RowKey) : null);
    }

    /// <inheritdoc/>
    public ValueTask<int> CountAsync(int most, CancellationToken cancellationToken) => _pages.CountAsync(
        TableKeys.DeadLetters, TableClient.CreateQueryFilter($"PartitionKey eq {TableKeys.LetterPartition}"), most, cancellationToken);

    /// <inheritdoc/>
    public async ValueTask<DeadLetter?> FindAsync(string id, CancellationToken cancellationToken) =>
        await tables.FindAsync(TableKeys.DeadLetters, TableKeys.LetterPartition, TableKeys.Text(id), cancellationToken)
            .ConfigureAwait(false) is { } row
            ? Read(row)
            : null;

    /// <inheritdoc/>
    public ValueTask RemoveAsync(string id, CancellationToken cancellationToken) =>
        tables.DeleteAsync(TableKeys.DeadLetters, TableKeys.LetterPartition, TableKeys.Text(id), cancellationToken);

    private static string Only(string column, string? value) =>
        value is null ? "" : $" and {column} eq " + TableClient.CreateQueryFilter($"{value}");

    private static TableEntity Row(DeadLetter letter)
    {
        var row = new TableEntity(TableKeys.LetterPartition, TableKeys.Text(letter.Id))
        {
            [LetterId] = letter.Id,
            [ReceivedAt] = letter.ReceivedAt,
            [Code] = letter.Code,
        };
        if (letter.TenantId is not null)
        {
            row[TenantId] = letter.TenantId;
        }

        if (letter.Metric is not null)
        {
            row[Metric] = letter.Metric;
        }

        LongText.Set(row, Detail, letter.Detail);
        LongText.Set(row, Payload, letter.Payload);
        return row;
    }

    private static DeadLetter Read(TableEntity row) => new(
        row.GetString(LetterId),
        row.GetDateTimeOffset(ReceivedAt)!.Value,
        row.GetString(Code),
        LongText.Get(row, Detail)!,
        LongText.Get(row, Payload)!)
    {
        TenantId = row.GetString(TenantId),
        Metric = row.GetString(Metric),
    };
}
