using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Metering.Server.Engine;
using Microsoft.Data.Sqlite;

namespace Metering.Benchmarks;

/// <summary>
/// A data directory with many licenses. Their states are made by the engine, as always; who they are is written into the
/// directory's table in one transaction, because the server makes each of them durable before it goes on.
/// </summary>
internal static class StoredLicenses
{
    private const int MaxConcurrentMakers = 4_096;
    private const string StoreFile = "meter.db";

    private static readonly PlanTerms Plan = new(
        "load",
        1,
        "base",
        [
            new FeatureTerms(
                new Feature { Code = "api_calls", Unit = "call", Metric = MetricType.Counter },
                new Terms { Limit = 1_000_000_000_000, Reset = new Reset { Interval = Interval.Month } }),
        ]);

    /// <summary>The key of a license.</summary>
    public static byte[] Key(int number) => Encoding.ASCII.GetBytes("lk_" + number.ToString("D40", CultureInfo.InvariantCulture));

    public static async Task WriteAsync(string dataDirectory, int licenses)
    {
        await using (
            var engine = await MeterEngine.OpenAsync(new Metering.Server.ServerOptions { Data = dataDirectory }, new SystemClock()))
        {
            await Parallel.ForAsync(
                0,
                licenses,
                new ParallelOptions { MaxDegreeOfParallelism = MaxConcurrentMakers },
                async (number, stop) =>
                {
                    var open = new OpenLicense { LicenseId = Id(number), TenantId = Tenant(number), Plans = [Plan] };
                    var result = await engine.ApplyAsync(open.LicenseId, open, null, stop);
                    if (result.Status != ApplyStatus.Applied)
                    {
                        throw new InvalidOperationException($"License {open.LicenseId} could not be made: {result}.");
                    }
                });
        }

        WriteDirectory(Path.Combine(dataDirectory, StoreFile), licenses);
    }

    private static void WriteDirectory(string file, int licenses)
    {
        using var store = new SqliteConnection($"Data Source={file};Pooling=False");
        store.Open();
        using var transaction = store.BeginTransaction();
        using var insert = store.CreateCommand();
        insert.CommandText = "INSERT INTO directory (id, tenant, key_hash, deleted, body) VALUES ($id, $tenant, $hash, 0, $body)";
        var (id, tenant, hash, body) = (
            Parameter(insert, "$id"), Parameter(insert, "$tenant"), Parameter(insert, "$hash"), Parameter(insert, "$body"));
        var now = new SystemClock().UtcNow;
        for (var number = 0; number < licenses; number++)
        {
            var keyHash = SHA256.HashData(Key(number));
            var license = new LicenseRecord
            {
                Id = Id(number), TenantId = Tenant(number), KeyHash = Convert.ToHexStringLower(keyHash), CreatedAt = now,
            };
            id.Value = license.Id;
            tenant.Value = license.TenantId;
            hash.Value = keyHash;
            body.Value = JsonSerializer.SerializeToUtf8Bytes(license, MeteringJson.Default.LicenseRecord);
            insert.ExecuteNonQuery();
        }

        transaction.Commit();
    }

    private static SqliteParameter Parameter(SqliteCommand command, string name)
    {
        var parameter = command.CreateParameter();
        parameter.ParameterName = name;
        command.Parameters.Add(parameter);
        return parameter;
    }

    /// <summary>The id of a license.</summary>
    public static string Id(int number) => "lic_" + number.ToString("D22", CultureInfo.InvariantCulture);

    private static string Tenant(int number) => "tenant_" + (number / 2).ToString(CultureInfo.InvariantCulture);
}
