using System.Security.Cryptography;
using System.Text;
using Metering.Conformance.Client;
using Metering.Server;

[assembly: Xunit.TestFramework("Metering.Conformance.Client." + nameof(HostedRun), "Metering.Conformance")]

namespace Metering.Conformance.Client;

/// <summary>
/// A single-process server in this process, with a test clock, tokens of one scope each, and receivers on this machine allowed. It
/// goes, and its data with it, when all tests have run.
/// </summary>
public static class InProcessHost
{
    public static async Task<MeteringHost> StartAsync()
    {
        var data = Directory.CreateTempSubdirectory("metering-conformance-").FullName;
        var (all, read, ingest) = (NewToken(), NewToken(), NewToken());
        var app = MeteringServer.Build(
        [
            "--urls", "http://127.0.0.1:0", "--data", data, "--test-clock",
            "--Metering:BootstrapToken=" + all,
            "--Metering:Tokens:reader:Sha256=" + Hash(read), "--Metering:Tokens:reader:Scopes=read",
            "--Metering:Tokens:producer:Sha256=" + Hash(ingest), "--Metering:Tokens:producer:Scopes=ingest",
            "--Metering:Webhooks:AllowPrivateAddresses=true", "--Metering:Api:MaxFailedLogins=1000000",
            "--Logging:LogLevel:Default=Warning",
        ]);
        await app.StartAsync();
        return new MeteringHost(app.Urls.First(), all)
        {
            ReadToken = read,
            IngestToken = ingest,
            Stop = async () =>
            {
                await app.StopAsync();
                await app.DisposeAsync();
                Directory.Delete(data, recursive: true);
            },
        };
    }

    private static string NewToken() => "mt_" + RandomNumberGenerator.GetHexString(40, lowercase: true);

    private static string Hash(string token) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(token)));
}
