namespace Metering.Benchmarks;

/// <summary>The meter's job done by PostgreSQL: a function that a client calls once for each consume.</summary>
internal static class PostgresJob
{
    /// <summary>Makes the tables, the function and the licenses.</summary>
    public static async Task PrepareAsync(PostgresCluster cluster, int licenses)
    {
        await cluster.ExecuteAsync(await ScriptAsync("consume.sql"));
        await cluster.ExecuteAsync($"INSERT INTO license (id, allowance) SELECT n, 1000000000000 FROM generate_series(0, {licenses}) n");
        await cluster.ExecuteAsync("ANALYZE");
    }

    /// <summary>Makes what batches of events need beside that.</summary>
    public static async Task PrepareEventsAsync(PostgresCluster cluster) =>
        await cluster.ExecuteAsync(await ScriptAsync("events.sql"));

    /// <summary>Consumes of many licenses, taken at random; or of one, with <paramref name="licenses"/> 1.</summary>
    public static Task<Measurement> RunAsync(PostgresCluster cluster, int licenses, int clients, TimeSpan time)
    {
        var license = licenses == 1 ? @"\set license 0" : $@"\set license random(1, {licenses})";
        return cluster.BenchAsync(
            $"""
            {license}
            \set key random(1, 9000000000000000000)
            SELECT consume(:license, :key, '0123456789abcdef0123456789abcdef', 1);
            """,
            clients,
            time);
    }

    private static async Task<string> ScriptAsync(string name)
    {
        await using var resource = typeof(PostgresJob).Assembly.GetManifestResourceStream($"Metering.Benchmarks.Postgres.{name}")!;
        using var reader = new StreamReader(resource);
        return await reader.ReadToEndAsync();
    }
}
