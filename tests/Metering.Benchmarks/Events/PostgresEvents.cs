using Npgsql;
using NpgsqlTypes;

namespace Metering.Benchmarks;

/// <summary>
/// The same job in PostgreSQL as it is done for batches: copied to a staging table, then ids, counters and ledger in one function, then the
/// commit.
/// </summary>
internal sealed class PostgresEvents(PostgresCluster cluster, EventOptions options)
{
    private const string Copy = "COPY stage (license_id, event_id, amount, at) FROM STDIN (FORMAT BINARY)";

    // Ids are of the run: a second one must not meet the first one's.
    private readonly string _run = Guid.NewGuid().ToString("N")[..8];
    private long _number;

    public async Task<Measurement> RunAsync()
    {
        await using var source = NpgsqlDataSource.Create(cluster.ConnectionString);
        return await EventProducers.RunAsync(options, async (number, trySendAsync) =>
        {
            await using var connection = await source.OpenConnectionAsync();
            await ExecuteAsync(connection, "CREATE TEMP TABLE stage (LIKE event_stage) ON COMMIT DELETE ROWS");
            var random = new Random(number);
            while (await trySendAsync(() => SendAsync(connection, random)))
            {
            }
        });
    }

    private async Task SendAsync(NpgsqlConnection connection, Random random)
    {
        await using var transaction = await connection.BeginTransactionAsync();
        await CopyAsync(connection, random);
        await ExecuteAsync(connection, "SELECT take_events()");
        await transaction.CommitAsync();
    }

    private async Task CopyAsync(NpgsqlConnection connection, Random random)
    {
        var now = DateTime.UtcNow;
        var first = random.Next(options.Licenses);
        await using var rows = await connection.BeginBinaryImportAsync(Copy);
        for (var i = 0; i < options.Events; i++)
        {
            await rows.StartRowAsync();
            await rows.WriteAsync(1 + ((first + random.Next(options.Spread)) % options.Licenses), NpgsqlDbType.Integer);
            await rows.WriteAsync($"{_run}-{Interlocked.Increment(ref _number):D12}", NpgsqlDbType.Text);
            await rows.WriteAsync(1m, NpgsqlDbType.Numeric);
            await rows.WriteAsync(now, NpgsqlDbType.TimestampTz);
        }

        await rows.CompleteAsync();
    }

    private static async Task ExecuteAsync(NpgsqlConnection connection, string sql)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }
}
