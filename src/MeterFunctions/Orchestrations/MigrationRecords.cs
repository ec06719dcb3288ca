using System.Text.Json;
using System.Text.Json.Serialization;
using Azure.Data.Tables;
using MeterFunctions.Storage;
using Metering;

namespace MeterFunctions.Orchestrations;

/// <summary>How migrations stand, in the settings table, where they are found after their orchestration is purged.</summary>
internal sealed class MigrationRecords(MeterTables tables, TimeProvider time)
{
    /// <summary>Most migrations that are remembered; the oldest that are done go.</summary>
    public const int MaxCount = 200;

    /// <summary>
    /// So long after its last sign of life a running migration counts as one that a crash left without its orchestration: it gives one
    /// after every few pages of licenses, and an orchestration that meets a fault for some minutes ends by itself.
    /// </summary>
    public static readonly TimeSpan MaxSilence = TimeSpan.FromDays(1);

    private const string Body = "Body";

    // Those that are remembered, and as many that run as an operator may allow.
    private const int MaxListed = 2_000;

    /// <summary>Adds a migration, unless as many run already; of some that come together at the limit all may be refused.</summary>
    /// <returns>Whether it was added.</returns>
    public async ValueTask<bool> TryAddAsync(Migration migration, int maxRunning, CancellationToken cancellationToken)
    {
        await tables.TryAddAsync(TableKeys.Settings, Row(migration), cancellationToken).ConfigureAwait(false);

        // Counted with this one in it: whoever counted first and added then would not see one that is added meanwhile.
        var known = await ListAsync(cancellationToken).ConfigureAwait(false);
        if (known.Count(one => IsRunning(one)) > maxRunning)
        {
            await RemoveAsync(migration.Id, cancellationToken).ConfigureAwait(false);
            return false;
        }

        foreach (var (old, _) in known.Where(one => !IsRunning(one)).Take(Math.Max(0, known.Count - MaxCount)))
        {
            await RemoveAsync(old.Id, cancellationToken).ConfigureAwait(false);
        }

        return true;
    }

    /// <summary>
    /// Keeps how a migration stands. It never goes back: an activity may run twice, and the first run's word come after the second's.
    /// </summary>
    public ValueTask<Migration> KeepAsync(Migration migration, CancellationToken cancellationToken) => LostRace.RepeatAsync(
        $"The migration {migration.Id}",
        async () =>
        {
            if (await RowAsync(migration.Id, cancellationToken).ConfigureAwait(false) is not { } row)
            {
                return (await tables.TryAddAsync(TableKeys.Settings, Row(migration), cancellationToken).ConfigureAwait(false), migration);
            }

            var known = Read(row);
            return IsPast(migration, known)
                ? (true, known)
                : (
                    await tables.TryReplaceAsync(TableKeys.Settings, Row(migration), row, cancellationToken).ConfigureAwait(false),
                    migration);
        },
        cancellationToken);

    public async ValueTask<Migration?> FindAsync(string id, CancellationToken cancellationToken) =>
        await RowAsync(id, cancellationToken).ConfigureAwait(false) is { } row ? Read(row) : null;

    /// <summary>Forgets a migration.</summary>
    public ValueTask RemoveAsync(string id, CancellationToken cancellationToken) =>
        tables.DeleteAsync(TableKeys.Settings, TableKeys.MigrationPartition, TableKeys.Text(id), cancellationToken);

    private static bool IsPast(Migration migration, Migration known) =>
        known.Status != MigrationStatus.Running
        || (migration.Status == MigrationStatus.Running && migration.Total < known.Total);

    // All that are remembered, oldest first: ids rise with time.
    private async ValueTask<List<(Migration Migration, DateTimeOffset? At)>> ListAsync(CancellationToken cancellationToken)
    {
        var filter = TableClient.CreateQueryFilter($"PartitionKey eq {TableKeys.MigrationPartition}");
        var rows = await tables.QueryAsync(TableKeys.Settings, filter, MaxListed, cancellationToken).ConfigureAwait(false);
        return rows.ConvertAll(row => (Read(row), row.Timestamp));
    }

    private bool IsRunning((Migration Migration, DateTimeOffset? At) one) =>
        one.Migration.Status == MigrationStatus.Running && one.At > time.GetUtcNow() - MaxSilence;

    private ValueTask<TableEntity?> RowAsync(string id, CancellationToken cancellationToken) =>
        tables.FindAsync(TableKeys.Settings, TableKeys.MigrationPartition, TableKeys.Text(id), cancellationToken);

    private static TableEntity Row(Migration migration)
    {
        var row = new TableEntity(TableKeys.MigrationPartition, TableKeys.Text(migration.Id));
        LongText.Set(row, Body, JsonSerializer.Serialize(migration, MigrationJson.Default.Migration));
        return row;
    }

    private static Migration Read(TableEntity row) =>
        JsonSerializer.Deserialize(LongText.Get(row, Body)!, MigrationJson.Default.Migration)!;
}

/// <summary>How migrations are written.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(Migration))]
internal sealed partial class MigrationJson : JsonSerializerContext;
