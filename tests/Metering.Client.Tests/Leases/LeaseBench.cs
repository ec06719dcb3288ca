using System.Net.Http.Headers;
using System.Text.Json;
using Metering.Client.Tests.Support;
using Microsoft.Extensions.Logging.Abstractions;

namespace Metering.Client.Tests.Leases;

/// <summary>A license, a way to the meter that can be cut, and a directory for journals.</summary>
public sealed class LeaseBench(Meter meter)
{
    /// <summary>What the license may use without a grant.</summary>
    public const int Limit = 10;

    private readonly string _folder = Directory.CreateTempSubdirectory("metering-leases-").FullName;
    private readonly List<MeteringClient> _clients = [];
    private TestLicense? _license;

    public Wire Wire { get; } = new();

    /// <summary>The clock of the clients; the meter has the system's.</summary>
    public SleepingClock Clock { get; } = new(DateTimeOffset.UtcNow);

    public async Task InitializeAsync() => _license = await meter.LicenseAsync();

    public async Task DisposeAsync()
    {
        foreach (var client in _clients)
        {
            await client.DisposeAsync();
        }

        Directory.Delete(_folder, recursive: true);
    }

    public Task GrantAsync(decimal amount) => meter.SendAsync(
        HttpMethod.Post, $"/api/v1/licenses/{_license!.Id}/grants", new { feature_code = "calls", amount });

    /// <summary>Where a journal lies.</summary>
    public string Folder(string name = "leases") => Path.Combine(_folder, name);

    public LeasedMeterOptions Options(string folder = "leases") => new() { FeatureCode = "calls", Directory = Folder(folder) };

    public MeteringClient Client(string? key = null)
    {
        var options = new MeteringClientOptions { Address = meter.Address, LicenseKey = key ?? _license!.Key, MaxRetries = 0 };
        var client = new MeteringClient(options, MeterHttp.NewHttp(options.AttemptTimeout, 0, Wire), Clock, log: null);
        _clients.Add(client);
        return client;
    }

    public Task<LeasedMeter> OpenAsync(Action<LeasedMeterOptions>? change = null, string folder = "leases")
    {
        var options = Options(folder);
        change?.Invoke(options);
        return Client().LeaseAsync(options);
    }

    /// <summary>What takes leases, and where they go, without what runs them.</summary>
    internal (LeaseStock Stock, LeaseTaker Taker) Take(LeasedMeterOptions options)
    {
        var http = new MeterHttp(
            MeterHttp.NewHttp(TimeSpan.FromSeconds(30), 0, Wire), meter.Address, new AuthenticationHeaderValue("License", _license!.Key));
        var calls = new LeaseCalls(http, options);
        var stock = new LeaseStock(new LeaseJournal(options.Directory!), Clock);
        var tokens = new LeaseTokens(options.Directory!, options.TrustedKeys, calls.KeysAsync);
        return (stock, new LeaseTaker(stock, calls, tokens, options, Clock, NullLogger.Instance));
    }

    /// <summary>The journal as a process that is killed at this moment leaves it, in a directory of its own.</summary>
    public void CopyJournal(string to, string from = "leases")
    {
        Directory.CreateDirectory(Folder(to));
        foreach (var file in Directory.GetFiles(Folder(from)).Where(file => Path.GetFileName(file) != "owner"))
        {
            // Read as it is, though its process has it open.
            using var source = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
            using var copy = File.Create(Path.Combine(Folder(to), Path.GetFileName(file)));
            source.CopyTo(copy);
        }
    }

    public Task<decimal> UsedAsync() => meter.UsedAsync(_license!);

    public async Task<JsonElement> UsageAsync() =>
        (await meter.SendAsync(HttpMethod.Get, $"/api/v1/licenses/{_license!.Id}/usage", body: null))
        .GetProperty("features").EnumerateArray().Single(feature => feature.GetProperty("feature_code").GetString() == "calls");

    /// <summary>Units of the leases that were taken, in order.</summary>
    public async Task<IReadOnlyList<decimal>> LeasesAsync()
    {
        var ledger = await meter.SendAsync(HttpMethod.Get, $"/api/v1/licenses/{_license!.Id}/ledger?limit=500", body: null);
        return [.. ledger.GetProperty("items").EnumerateArray().Where(entry => entry.GetProperty("kind").GetString() == "hold_opened")
            .Select(entry => entry.GetProperty("amount").GetDecimal())];
    }
}
