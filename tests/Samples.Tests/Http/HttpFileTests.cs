extern alias server;
using System.Runtime.CompilerServices;
using MeteringServer = server::Metering.Server.MeteringServer;

namespace Samples.Tests.Http;

/// <summary>The requests of <c>samples/http</c>, sent from top to bottom to a fresh server, as the file says.</summary>
public sealed class HttpFileTests
{
    [Fact]
    public async Task Every_request_of_the_tour_is_answered_as_the_file_says()
    {
        var data = Directory.CreateTempSubdirectory("metering-http-").FullName;
        try
        {
            await using var server = MeteringServer.Build(
            [
                "--urls", "http://127.0.0.1:0", "--data", data, "--test-clock", "--Metering:BootstrapToken=a-token-for-trying-it-out",
                "--Logging:LogLevel:Default=Error",
            ]);
            await server.StartAsync();
            using var http = new HttpClient();
            var outcomes = await new HttpFile().RunAsync(
                await File.ReadAllTextAsync(Path.Combine(Folder(), "../../../samples/http/tour.http")), http,
                new Dictionary<string, string> { ["meter"] = server.Urls.First() });

            Assert.InRange(outcomes.Count, 15, 100);
            Assert.All(outcomes, outcome => Assert.True(
                outcome.Wanted == 0 ? outcome.Status is >= 200 and < 300 : outcome.Status == outcome.Wanted,
                $"{outcome.Title}: {outcome.Status}, {outcome.Answer}"));
            Assert.Contains("\"used\":0", outcomes[^1].Answer, StringComparison.Ordinal);
        }
        finally
        {
            Directory.Delete(data, recursive: true);
        }
    }

    private static string Folder([CallerFilePath] string path = "") => Path.GetDirectoryName(path)!;
}
