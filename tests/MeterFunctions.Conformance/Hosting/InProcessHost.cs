using System.Reflection;
using System.Security.Cryptography;
using System.Text;
using MeterFunctions.Entities;
using MeterFunctions.Hosting;
using MeterFunctions.Orchestrations;
using MeterFunctions.Tests.Hosting;
using Metering.Api;
using Metering.Conformance.Client;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Metering.Conformance.Client;

/// <summary>
/// The Functions app's own services behind the API's routes, in this process: Azurite is its storage, and a task hub in memory runs
/// its entities and orchestrations. Only the Functions host is left out. With a test clock, tokens of one scope each, and receivers
/// on this machine allowed.
/// </summary>
public static class InProcessHost
{
    public static async Task<MeteringHost> StartAsync()
    {
        var azurite = new Azurite();
        await azurite.InitializeAsync();
        var (all, read, ingest) = (NewToken(), NewToken(), NewToken());
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { Args = ["--urls", "http://127.0.0.1:0"] });
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["MeteringStorage"] = azurite.ConnectionString,
            ["Metering:TestClock"] = "true",
            ["Metering:Turns"] = Turns(),
            ["Metering:BootstrapToken"] = all,
            ["Metering:Tokens:0:Name"] = "reader",
            ["Metering:Tokens:0:Sha256"] = Hash(read),
            ["Metering:Tokens:0:Scopes"] = "read",
            ["Metering:Tokens:1:Name"] = "producer",
            ["Metering:Tokens:1:Sha256"] = Hash(ingest),
            ["Metering:Tokens:1:Scopes"] = "ingest",
            ["Metering:Webhooks:AllowPrivateAddresses"] = "true",
            ["Metering:CatalogCacheSeconds"] = "0",

            // Rules are tested here, and not how long a machine may take that tests much else at the same time.
            ["Metering:AnswerWaitMilliseconds"] = "30000",
            ["Metering:Api:MaxFailedLogins"] = "1000000",
        });
        builder.Logging.SetMinimumLevel(LogLevel.Warning);
        builder.Services.AddMeterFunctions(builder.Configuration);
        var app = builder.Build();
        app.MapMeteringApi();
        var hub = new MemoryTaskHub(app.Services);
        app.Services.GetRequiredService<DurableClients>().Use(hub);
        await app.StartAsync();
        return new MeteringHost(app.Urls.First(), all)
        {
            ReadToken = read,
            IngestToken = ingest,
            Stop = async () =>
            {
                await app.StopAsync();
                await hub.DisposeAsync();
                await app.DisposeAsync();
                await azurite.DisposeAsync();
            },
        };
    }

    // Both ways are held to the same tests: a project for each.
    private static string Turns() =>
        typeof(InProcessHost).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(one => one.Key == "Turns").Value!;

    private static string NewToken() => "mt_" + RandomNumberGenerator.GetHexString(40, lowercase: true);

    private static string Hash(string token) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(token)));
}
