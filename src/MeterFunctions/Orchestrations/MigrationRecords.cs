using System.Text.Json;
using System.Text.Json.Serialization;
using Azure.Data.Tables;
using MeterFunctions.Storage;
using Metering;

namespace MeterFunctions.Orchestrations;

/// <summary>How migrations stand, in the settings table, where they are found after their orchestration is purged.</summary>
internal sealed class MigrationRecords(MeterTables tables)
{
    /// <summary>Most migrations that are remembered; the oldest that are done go.</summary>
    public const int MaxCount = 200;

    private const string Body = "Body";

    public ValueTask PutAsync(Migration migration, CancellationToken cancellationToken)
    {
        var row = new TableEntity(TableKeys.MigrationPartition, TableKeys.Text(migration.Id));
        LongText.Set(row, Body, JsonSerializer.Serialize(migration, MigrationJson.Default.Migration));
        return tables.PutAsync(TableKeys.Settings, row, cancellationToken);
    }

    public async ValueTask<Migration?> FindAsync(string id, CancellationToken cancellationToken) =>
        await tables.FindAsync(TableKeys.Settings, TableKeys.MigrationPartition, TableKeys.Text(id), cancellationToken)
            .ConfigureAwait(false) is { } row
            ? Read(row)
            : null;

    /// <summary>All that are remembered, oldest first: ids rise with time.</summary>
    public async ValueTask<IReadOnlyList<Migration>> ListAsync(CancellationToken cancellationToken)
    {
        var filter = TableClient.CreateQueryFilter($"PartitionKey eq {TableKeys.MigrationPartition}");
        return [.. (await tables.QueryAsync(TableKeys.Settings, filter, int.MaxValue, cancellationToken).ConfigureAwait(false))
            .Select(Read)];
    }

    public ValueTask RemoveAsync(string id, CancellationToken cancellationToken) =>
        tables.DeleteAsync(TableKeys.Settings, TableKeys.MigrationPartition, TableKeys.Text(id), cancellationToken);

    private static Migration Read(TableEntity row) =>
        JsonSerializer.Deserialize(LongText.Get(row, Body)!, MigrationJson.Default.Migration)!;
}

/// <summary>How migrations are written.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(Migration))]
internal sealed partial class MigrationJson : JsonSerializerContext;
