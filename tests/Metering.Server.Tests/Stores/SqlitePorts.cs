using Metering.Api;
using Metering.Contracts;
using Metering.Server.Clock;
using Metering.Server.Engine;
using Metering.Server.Hosting;
using Metering.Server.Stores;
using Metering.Server.Tests.Support;
using Metering.Server.Webhooks;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging.Abstractions;

namespace Metering.Server.Tests.Stores;

/// <summary>The server's ports: an engine on a data directory, with the test clock that lies in it.</summary>
internal sealed class SqlitePorts : PortsHost
{
    private readonly DataFolder _folder = new();
    private Dictionary<Type, object> _ports = [];

    private ServerOptions Options => new() { Data = _folder.Path, Shards = 2, CacheMebibytes = 2 };

    public static async ValueTask<PortsHost> StartAsync()
    {
        var ports = new SqlitePorts();
        await ports.OpenAsync();
        return ports;
    }

    public override T Get<T>() => (T)_ports[typeof(T)];

    public override async ValueTask RestartAsync()
    {
        await CloseAsync();
        await OpenAsync();
    }

    public override ValueTask<PortsHost> AnotherAsync() => ValueTask.FromResult<PortsHost>(this);

    public override async ValueTask<IReadOnlyList<string>> VerifyAsync(IReadOnlyList<string> licenseIds)
    {
        await CloseAsync();
        return EngineFixture.Verify(_folder, Options) is { Length: > 0 } differences ? [differences] : [];
    }

    public override async ValueTask DisposeAsync()
    {
        await CloseAsync();
        _folder.Dispose();
    }

    private async ValueTask OpenAsync()
    {
        var clock = TestMeterClock.Open(_folder.Path, TimeProvider.System);
        var engine = await MeterEngine.OpenAsync(Options, clock);
        var tokens = new KnownTokens(engine, MeteringOptions.Read<ServerOptions>(Configuration()), TimeProvider.System);
        await tokens.LoadAsync(CancellationToken.None);
        _ports = new Dictionary<Type, object>
        {
            [typeof(IMeterClock)] = clock,
            [typeof(ILicenseMeters)] = engine,
            [typeof(ILedger)] = new SqliteLedger(engine, clock),
            [typeof(ILicenseDirectory)] = new SqliteLicenseDirectory(engine, clock),
            [typeof(ICatalogStore)] = new SqliteCatalog(engine),
            [typeof(IRequestMemory)] = new SqliteRequestMemory(engine, clock),
            [typeof(IDeadLetters)] = new SqliteDeadLetters(engine, NullLogger<SqliteDeadLetters>.Instance),
            [typeof(ILeaseKeys)] = new SqliteLeaseKeys(engine, clock),
            [typeof(IWebhooks)] = new WebhookStore(Path.Combine(_folder.Path, "webhooks.db")),
            [typeof(ITokens)] = tokens,
        };
    }

    private async ValueTask CloseAsync()
    {
        if (_ports.Count == 0)
        {
            return;
        }

        foreach (var port in _ports.Values.OfType<IDisposable>())
        {
            port.Dispose();
        }

        await ((MeterEngine)_ports[typeof(ILicenseMeters)]).DisposeAsync();
        _ports = [];
    }

    private static IConfiguration Configuration() => new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?>
    {
        ["Metering:Tokens:operator:Sha256"] = TokensContract.OperatorHash,
        ["Metering:Tokens:operator:Scopes"] = "ingest read manage",
        ["Metering:Tokens:producer:Sha256"] = TokensContract.ProducerHash,
        ["Metering:Tokens:producer:Scopes"] = "ingest read",
    }).Build();
}
