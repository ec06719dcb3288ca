using Azure.Data.Tables;
using Metering;

namespace MeterFunctions.Storage;

/// <summary>The first answers to management calls (rule 8).</summary>
internal sealed class TableRequestMemory(MeterTables tables, IMeterClock clock, MeterRules rules) : IRequestMemory
{
    private const string At = "At";
    private const string BodyHash = "BodyHash";
    private const string Status = "Status";
    private const string Body = "Body";

    private readonly TimeSpan _memory = rules.IdempotencyMemory;

    /// <inheritdoc/>
    public async ValueTask<RememberedRequest?> FindAsync(string key, CancellationToken cancellationToken) =>
        await RowAsync(key, cancellationToken).ConfigureAwait(false) is { } row && IsRemembered(row) ? Read(row) : null;

    /// <inheritdoc/>
    public async ValueTask<RememberedRequest> RememberAsync(string key, RememberedRequest request, CancellationToken cancellationToken)
    {
        // By its hash: the caller's key may be too long for a key of Azure, or have what Azure forbids there.
        var row = new TableEntity(TextHash.Of(key), TableKeys.RequestRow)
        {
            [At] = clock.UtcNow,
            [BodyHash] = request.BodyHash,
            [Status] = request.Status,
        };
        LongText.Set(row, Body, request.Body);
        if (await tables.TryAddAsync(TableKeys.Requests, row, cancellationToken).ConfigureAwait(false))
        {
            return request;
        }

        // The first answer stays, unless its memory is over; of two that replace it, the first one stays.
        if (await RowAsync(key, cancellationToken).ConfigureAwait(false) is { } known)
        {
            if (IsRemembered(known))
            {
                return Read(known);
            }

            if (await tables.TryReplaceAsync(TableKeys.Requests, row, known, cancellationToken).ConfigureAwait(false))
            {
                return request;
            }
        }

        // Retention may have taken the old one away in between, or another has replaced it.
        return await tables.TryAddAsync(TableKeys.Requests, row, cancellationToken).ConfigureAwait(false) ? request
            : await FindAsync(key, cancellationToken).ConfigureAwait(false)
                ?? throw new StoreUnavailableException("A request was remembered, but can't be found.");
    }

    private static RememberedRequest Read(TableEntity row) =>
        new(row.GetString(BodyHash), row.GetInt32(Status)!.Value, LongText.Get(row, Body)!);

    private ValueTask<TableEntity?> RowAsync(string key, CancellationToken cancellationToken) =>
        tables.FindAsync(TableKeys.Requests, TextHash.Of(key), TableKeys.RequestRow, cancellationToken);

    private bool IsRemembered(TableEntity row) => row.GetDateTimeOffset(At)!.Value + _memory > clock.UtcNow;
}
