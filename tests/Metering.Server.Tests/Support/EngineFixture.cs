using Metering.Server.Engine;
using Metering.Server.Evidence;
using Metering.Server.Storage;
using Microsoft.Extensions.Logging.Abstractions;

namespace Metering.Server.Tests.Support;

/// <summary>An engine on a data directory of its own, with what tests do to it.</summary>
public sealed class EngineFixture : IAsyncDisposable
{
    public static readonly Feature Calls = new() { Code = "api_calls", Unit = "call" };

    private EngineFixture(DataFolder folder, ManualClock clock, EngineOptions options, MeterEngine engine)
    {
        Folder = folder;
        Clock = clock;
        Options = options;
        Engine = engine;
    }

    public DataFolder Folder { get; }

    public ManualClock Clock { get; }

    public EngineOptions Options { get; }

    public MeterEngine Engine { get; private set; }

    /// <summary>Starts an engine.</summary>
    /// <param name="change">What differs from the usual sizes.</param>
    /// <param name="folder">Where; null: in a new directory.</param>
    internal static async Task<EngineFixture> StartAsync(Func<EngineOptions, EngineOptions>? change = null, DataFolder? folder = null)
    {
        folder ??= new DataFolder();
        var clock = new ManualClock();
        var options = new EngineOptions { DataDirectory = folder.Path, Shards = 2, CacheMebibytes = 2 };
        options = change?.Invoke(options) ?? options;
        return new EngineFixture(folder, clock, options, await MeterEngine.OpenAsync(options, clock));
    }

    public async Task OpenLicenseAsync(string id, decimal? limit = 1_000, Interval reset = Interval.Month)
    {
        var result = await ApplyAsync(id, new OpenLicense
        {
            LicenseId = id,
            TenantId = "tenant_acme",
            Features = [new FeatureTerms(Calls, new Terms { Limit = limit, Reset = new Reset { Interval = reset } })],
        });
        Assert.Equal(ApplyStatus.Applied, result.Status);
    }

    public ValueTask<ApplyResult> ApplyAsync(string license, Command command, Once? once = null) =>
        Engine.ApplyAsync(license, command, once, CancellationToken.None);

    public ValueTask<ApplyResult> ConsumeAsync(string license, string? key = null, decimal amount = 1, string body = "body", string? eventId = null) =>
        ApplyAsync(
            license,
            new Consume { FeatureCode = Calls.Code, Given = amount, EventId = eventId },
            key is null && eventId is null ? null : new Once(key, key is null ? null : body, eventId));

    public async Task<decimal> UsedAsync(string license) =>
        (await Engine.ReadAsync(license, CancellationToken.None))!.FindMeter(Calls.Code)!.Used;

    public async Task RestartAsync()
    {
        await Engine.DisposeAsync();
        Engine = await MeterEngine.OpenAsync(Options, Clock);
    }

    /// <summary>Stops the engine and replays every ledger.</summary>
    public async Task VerifyAsync()
    {
        await Engine.DisposeAsync();
        Assert.Equal("", Verify(Folder, Options));
    }

    /// <summary>What differs in a data directory; empty when nothing does.</summary>
    internal static string Verify(DataFolder folder, EngineOptions options)
    {
        using var directory = DataDirectory.Take(folder.Path);
        using var output = new StringWriter();
        var differences = Verification.Run(directory, options, output, NullLogger.Instance);
        return differences == 0 ? "" : output.ToString();
    }

    public async ValueTask DisposeAsync()
    {
        await Engine.DisposeAsync();
        Folder.Dispose();
    }
}
