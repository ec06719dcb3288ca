using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Metering.Server;
using Microsoft.Extensions.DependencyInjection;

namespace Metering.Benchmarks;

/// <summary>A data directory with many licenses, made through the server's own ports.</summary>
internal static class StoredLicenses
{
    private const int MakersAtOnce = 512;

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
        await using var app = MeteringServer.Build(["--urls", "http://127.0.0.1:0", "--data", dataDirectory, "--Logging:LogLevel:Default=Warning"]);
        await app.StartAsync();
        var directory = app.Services.GetRequiredService<ILicenseDirectory>();
        var meters = app.Services.GetRequiredService<ILicenseMeters>();
        var now = app.Services.GetRequiredService<IMeterClock>().UtcNow;
        await Parallel.ForAsync(
            0,
            licenses,
            new ParallelOptions { MaxDegreeOfParallelism = MakersAtOnce },
            async (number, stop) =>
            {
                var id = "lic_" + number.ToString("D22", CultureInfo.InvariantCulture);
                var tenant = "tenant_" + (number / 2).ToString(CultureInfo.InvariantCulture);
                var hash = Convert.ToHexStringLower(SHA256.HashData(Key(number)));
                await directory.AddAsync(new LicenseRecord { Id = id, TenantId = tenant, KeyHash = hash, CreatedAt = now }, stop);
                var open = new OpenLicense { LicenseId = id, TenantId = tenant, Plans = [Plan] };
                var result = await meters.ApplyAsync(id, open, null, stop);
                if (result.Status != ApplyStatus.Applied)
                {
                    throw new InvalidOperationException($"License {id} could not be made: {result}.");
                }
            });
        await app.StopAsync();
    }
}
