using System.Security.Cryptography;
using System.Text;
using Metering.Server.Engine;
using Metering.Server.Evidence;
using Metering.Server.Storage;
using Metering.Server.Stores;
using Microsoft.Extensions.Logging.Abstractions;

namespace Metering.Server.Tests.Support;

/// <summary>An engine on a data directory of its own, with what tests do to it.</summary>
public sealed class EngineFixture : IAsyncDisposable
{
    public static readonly Feature Calls = new() { Code = "api_calls", Unit = "call" };

    private EngineFixture(DataFolder folder, ManualClock clock, ServerOptions options, MeterEngine engine)
    {
        Folder = folder;
        Clock = clock;
        Options = options;
        Engine = engine;
    }

    public DataFolder Folder { get; }

    public ManualClock Clock { get; }

    public ServerOptions Options { get; }

    public MeterEngine Engine { get; private set; }

    /// <summary>Starts an engine.</summary>
    /// <param name="change">What differs from the usual sizes.</param>
    /// <param name="folder">Where; null: in a new directory.</param>
    internal static async Task<EngineFixture> StartAsync(Func<ServerOptions, ServerOptions>? change = null, DataFolder? folder = null)
    {
        folder ??= new DataFolder();
        var clock = new ManualClock();
        var options = new ServerOptions { Data = folder.Path, Shards = 2, CacheMebibytes = 2 };
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

    /// <summary>Applies a command, and notes in the directory what the API would.</summary>
    public async ValueTask<ApplyResult> ApplyAsync(string license, Command command, Once? once = null)
    {
        var result = await Engine.ApplyAsync(license, command, once, CancellationToken.None);
        if (command is OpenLicense or ChangeLicense or SetPlans or ChangePlan or AssignFeature or UnassignFeature or SetMachine)
        {
            await NoteAsync(license);
        }

        return result;
    }

    public ValueTask<ApplyResult> ConsumeAsync(
        string license, string? key = null, decimal amount = 1, string body = "body", string? eventId = null) =>
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

    private async Task NoteAsync(string license)
    {
        if (await Engine.ReadAsync(license, CancellationToken.None) is not { } state)
        {
            return;
        }

        var directory = new SqliteLicenseDirectory(Engine, Clock);
        var hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(license)));
        var record = new LicenseRecord { Id = license, TenantId = state.TenantId, KeyHash = hash, CreatedAt = state.CreatedAt };
        await directory.AddAsync(record, CancellationToken.None);
        await directory.ChangeAsync(license, known => known with { Deleted = state.Deleted }, CancellationToken.None);
        await directory.NoteFeaturesAsync(LicenseFeatures.Of(state), CancellationToken.None);
    }

    /// <summary>Stops the engine and replays every ledger.</summary>
    public async Task VerifyAsync()
    {
        await Engine.DisposeAsync();
        Assert.Equal("", Verify(Folder, Options));
    }

    /// <summary>What differs in a data directory; empty when nothing does.</summary>
    internal static string Verify(DataFolder folder, ServerOptions options)
    {
        var (differences, said) = Run(folder, options);
        return differences == 0 ? "" : said;
    }

    /// <summary>What <c>verify</c> says of a data directory.</summary>
    internal static string Said(DataFolder folder, ServerOptions options) => Run(folder, options).Said;

    private static (long Differences, string Said) Run(DataFolder folder, ServerOptions options)
    {
        using var directory = DataDirectory.Take(folder.Path);
        using var output = new StringWriter();
        var differences = Verification.Run(directory, options, output, TextWriter.Null, TimeProvider.System, NullLogger.Instance);
        return (differences, output.ToString());
    }

    public async ValueTask DisposeAsync()
    {
        await Engine.DisposeAsync();
        Folder.Dispose();
    }
}
