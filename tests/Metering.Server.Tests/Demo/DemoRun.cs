using System.Collections.Immutable;
using System.Text.Json;
using Metering.Api;
using Metering.Server.Clock;
using Metering.Server.Demo;
using Metering.Server.Engine;
using Metering.Server.Stores;
using Metering.Server.Tests.Support;
using Microsoft.Extensions.Options;

namespace Metering.Server.Tests.Demo;

/// <summary>A server's directory in which the demo is made.</summary>
internal sealed class DemoRun : IAsyncDisposable
{
    private readonly DataFolder _folder = new();
    private readonly ServerOptions _options;
    private readonly MeterEngine _engine;
    private readonly PastClock _clock;

    private DemoRun(DataFolder folder, ServerOptions options, PastClock clock, MeterEngine engine) =>
        (_folder, _options, _clock, _engine) = (folder, options, clock, engine);

    internal static async Task<DemoRun> StartAsync(DateTimeOffset now)
    {
        var folder = new DataFolder();
        var options = new ServerOptions { Data = folder.Path, Shards = 2, CacheMebibytes = 2 };
        var clock = new PastClock(new ManualClock { UtcNow = now });
        return new DemoRun(folder, options, clock, await MeterEngine.OpenAsync(options, clock));
    }

    /// <summary>Makes the history.</summary>
    /// <param name="mostLists">After so many lists of commands the storage fails; null: it does not.</param>
    internal async Task MakeAsync(int? mostLists = null)
    {
        var directory = new SqliteLicenseDirectory(_engine, _clock);
        var licenses = new EventLicenses(directory, _clock, _engine.Rules, Options.Create(new ApiOptions()));
        var meters = new NotedMeters(new MetersUntil(_engine, mostLists ?? int.MaxValue), directory, licenses);
        await new DemoHistory(new SqliteCatalog(_engine), directory, meters, _clock).MakeAsync(CancellationToken.None);
    }

    /// <summary>How a license's features stand.</summary>
    internal async Task<UsageAnswer> UsageAsync(string license, string feature) =>
        LicenseMeter.Usage((await StateAsync(license))!, _clock.UtcNow, _engine.Rules).Single(answer => answer.FeatureCode == feature);

    /// <summary>A license's state; null when it has none.</summary>
    internal ValueTask<LicenseState?> StateAsync(string license) => _engine.ReadAsync("lic_demo_" + license, CancellationToken.None);

    /// <summary>All states, as they are stored.</summary>
    internal async Task<IReadOnlyList<string>> StatesAsync()
    {
        var states = new List<string>();
        foreach (var license in DemoLicenses.All)
        {
            states.Add(JsonSerializer.Serialize((await StateAsync(license.Name))!, MeteringJson.Default.LicenseState));
        }

        return states;
    }

    /// <summary>What <c>verify</c> finds to differ; empty when nothing does.</summary>
    internal async Task<string> VerifyAsync()
    {
        await _engine.DisposeAsync();
        return EngineFixture.Verify(_folder, _options);
    }

    public async ValueTask DisposeAsync()
    {
        await _engine.DisposeAsync();
        _folder.Dispose();
    }

    private sealed class MetersUntil(ILicenseMeters meters, int mostLists) : ILicenseMeters
    {
        private int _lists;

        public ValueTask<ImmutableArray<ApplyResult>> ApplyAsync(
            string licenseId, ImmutableArray<RequestedCommand> commands, CancellationToken cancellationToken) =>
            Interlocked.Increment(ref _lists) <= mostLists
                ? meters.ApplyAsync(licenseId, commands, cancellationToken)
                : throw new StoreUnavailableException("The disk is full.");

        public ValueTask<LicenseState?> ReadAsync(string licenseId, CancellationToken cancellationToken) =>
            meters.ReadAsync(licenseId, cancellationToken);
    }
}
