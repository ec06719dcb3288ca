using Azure.Core.Pipeline;
using Azure.Data.Tables;
using MeterFunctions.Hosting;
using MeterFunctions.Storage;
using MeterFunctions.Tests.Hosting;
using Metering;
using Microsoft.Extensions.DependencyInjection;

namespace MeterFunctions.Tests.Evidence;

/// <summary>
/// The command <c>verify</c> on an app's tables, as seen ten minutes later, when nobody can be on the way to the directory.
/// </summary>
internal sealed class VerifyRun(App app, Azurite azurite, HttpMessageHandler? storage = null) : IDisposable
{
    private readonly string _settings = Path.GetTempFileName();

    /// <summary>The exit code.</summary>
    public int Code { get; private set; }

    /// <summary>What it told of.</summary>
    public string[] Output { get; private set; } = [];

    /// <summary>What it said of itself.</summary>
    public string[] Progress { get; private set; } = [];

    /// <summary>What differs.</summary>
    public IEnumerable<string> Differences => Output.Where(line => line.StartsWith("lic_", StringComparison.Ordinal));

    /// <summary>The cursor that it gave when it broke off.</summary>
    public string Cursor => Progress[^1].Split("verify --from ")[1];

    public async Task<VerifyRun> RunAsync(string[] arguments, CancellationToken cancellationToken = default)
    {
        await File.WriteAllTextAsync(_settings, $$$"""
            {"IsEncrypted": false, "Values": {
              "MeteringStorage": "{{{azurite.ConnectionString}}}", "Metering__TablePrefix": "{{{app.Prefix}}}", "Metering__TestClock": "true"}}
            """, CancellationToken.None);
        var (output, progress) = (new StringWriter(), new StringWriter());
        Code = await new CommandLine(output, progress, Set).RunAsync(["verify", "--settings", _settings, .. arguments], cancellationToken);
        (Output, Progress) = (Lines(output), Lines(progress));
        return this;
    }

    public void Dispose() => File.Delete(_settings);

    private void Set(IServiceCollection services)
    {
        services.AddSingleton(provider => new LicenseIndex(
            provider.GetRequiredService<MeterTables>(), new Later(), new StorageTime(TimeProvider.System)));
        if (storage is not null)
        {
            var options = StorageConnection.ClientOptions();
            options.Transport = new HttpClientTransport(storage);
            options.Retry.Delay = TimeSpan.FromMilliseconds(1);
            var client = new TableServiceClient(azurite.ConnectionString, options);
            services.AddSingleton(new MeterTables(client, client, app.Prefix) { ReadsOnly = true });
        }
    }

    private static string[] Lines(StringWriter text) => text.ToString().Split(Environment.NewLine, StringSplitOptions.RemoveEmptyEntries);

    private sealed class Later : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => System.GetUtcNow() + TimeSpan.FromMinutes(10);
    }
}
