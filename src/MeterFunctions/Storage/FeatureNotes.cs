using System.Text.Json;
using Azure;
using Azure.Data.Tables;
using Metering;

namespace MeterFunctions.Storage;

/// <summary>Which licenses of a tenant have or had a feature: a row for each feature, and one that says how new they are.</summary>
internal sealed class FeatureNotes(MeterTables tables)
{
    // What one transaction takes.
    private const int MaxRows = 100;

    private const string LicenseId = "LicenseId";
    private const string CreatedAt = "CreatedAt";
    private const string Spans = "Spans";
    private const string Sequence = "Sequence";

    /// <summary>Notes a license's features, unless a newer note of them is there.</summary>
    public async ValueTask WriteAsync(LicenseFeatures features, CancellationToken cancellationToken)
    {
        var tenant = TableKeys.Text(features.TenantId);
        var rows = features.Features.Select(feature => new TableEntity(
            tenant, TableKeys.Holder(feature.Key, features.CreatedAt, features.LicenseId))
        {
            [LicenseId] = features.LicenseId,
            [CreatedAt] = features.CreatedAt,
            [Spans] = JsonSerializer.Serialize(feature.Value, MeteringJson.Default.ImmutableArrayFeatureSpan),
        }).ToList();
        await LostRace.RepeatAsync(
            $"The note of the license {features.LicenseId}",
            async () =>
            {
                var head = new TableEntity(tenant, TableKeys.HolderNote(features.LicenseId)) { [Sequence] = features.Sequence };
                var read = await tables.FindAsync(TableKeys.Holders, tenant, head.RowKey, cancellationToken).ConfigureAwait(false);

                // One that is as new is written again: what wrote it may have broken off between two parts.
                var won = read?.GetInt64(Sequence) > features.Sequence
                    || await TryWriteAsync(head, read, rows, cancellationToken).ConfigureAwait(false);
                return (won, won);
            },
            cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Takes away what was noted of a license, whatever it says: the license goes for good.</summary>
    public ValueTask RemoveAsync(LicenseFeatures features, CancellationToken cancellationToken) => tables.DeleteAllAsync(
        TableKeys.Holders,
        TableKeys.Text(features.TenantId),
        features.Features.Keys.Select(code => TableKeys.Holder(code, features.CreatedAt, features.LicenseId))
            .Append(TableKeys.HolderNote(features.LicenseId)),
        cancellationToken);

    /// <summary>The licenses of a tenant that have or had a feature, oldest first.</summary>
    public async ValueTask<IReadOnlyList<MetricHolder>> FindAsync(
        string tenantId, string featureCode, bool haveNow, int most, CancellationToken cancellationToken)
    {
        var prefix = TableKeys.HolderPrefix(featureCode);
        var rows = await tables.QueryAsync(
            TableKeys.Holders,
            TableClient.CreateQueryFilter(
                $"PartitionKey eq {TableKeys.Text(tenantId)} and RowKey ge {prefix} and RowKey lt {TableKeys.After(prefix)}"),
            haveNow ? ILicenseDirectory.MaxHolders : Math.Min(most, ILicenseDirectory.MaxHolders),
            cancellationToken).ConfigureAwait(false);
        var holders = rows.ConvertAll(Read);
        return haveNow ? [.. holders.Where(holder => holder.HasNow).Take(most)] : holders;
    }

    /// <summary>The partition of the license that a row is about, of a feature or of how new they are.</summary>
    internal static string LicenseKeyOf(TableEntity row) => row.RowKey.StartsWith(TableKeys.HolderNotePrefix, StringComparison.Ordinal)
        ? row.RowKey[TableKeys.HolderNotePrefix.Length..]
        : TableKeys.Text(row.GetString(LicenseId) ?? "");

    /// <summary>What a row says of a feature that a license has or had.</summary>
    internal static MetricHolder Read(TableEntity row) => new(
        row.GetString(LicenseId),
        row.GetDateTimeOffset(CreatedAt)!.Value,
        JsonSerializer.Deserialize(row.GetString(Spans), MeteringJson.Default.ImmutableArrayFeatureSpan));

    // The head goes with each part, on the ETag that the part before gave it: a newer note that comes between two parts wins.
    private async ValueTask<bool> TryWriteAsync(
        TableEntity head, TableEntity? read, List<TableEntity> rows, CancellationToken cancellationToken)
    {
        var client = await tables.OpenAsync(TableKeys.Holders).ConfigureAwait(false);
        var etag = read?.ETag;
        foreach (var part in rows.Chunk(MaxRows - 1))
        {
            List<TableTransactionAction> actions =
            [
                etag is { } known
                    ? new(TableTransactionActionType.UpdateReplace, head, known)
                    : new(TableTransactionActionType.Add, head),
                .. part.Select(row => new TableTransactionAction(TableTransactionActionType.UpsertReplace, row)),
            ];
            try
            {
                var answers = await client.SubmitAsync(actions, cancellationToken).ConfigureAwait(false);
                etag = answers[0].Headers.ETag;
            }
            catch (RequestFailedException changed) when (changed.Status is 409 or 412)
            {
                return false;
            }
        }

        return true;
    }
}
