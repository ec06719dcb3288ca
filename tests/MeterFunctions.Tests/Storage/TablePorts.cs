using MeterFunctions.Evidence;
using MeterFunctions.Storage;
using MeterFunctions.Tests.Hosting;
using Metering;
using Metering.Contracts;

namespace MeterFunctions.Tests.Storage;

/// <summary>The Functions app's ports: its services on tables of their own.</summary>
internal sealed class TablePorts : PortsHost
{
    // The configuration writes scopes as one text, as app settings do.
    private static readonly Dictionary<string, string?> Settings = new()
    {
        ["Metering:Tokens:0:Name"] = TokensContract.OperatorName,
        ["Metering:Tokens:0:Sha256"] = TokensContract.OperatorHash,
        ["Metering:Tokens:0:Scopes"] = "ingest, read, manage",
        ["Metering:Tokens:1:Name"] = TokensContract.ProducerName,
        ["Metering:Tokens:1:Sha256"] = TokensContract.ProducerHash,
        ["Metering:Tokens:1:Scopes"] = "ingest, read",
    };

    private readonly Azurite _azurite;
    private readonly string? _prefix;
    private App _app;

    private TablePorts(Azurite azurite, string? prefix, TaskHub? hub)
    {
        (_azurite, _prefix) = (azurite, prefix);
        _app = Open(hub);
    }

    public static async ValueTask<PortsHost> StartAsync(Azurite azurite)
    {
        var ports = new TablePorts(azurite, null, null);
        await ports._app.SetTimeAsync(App.Start);
        return ports;
    }

    public override T Get<T>() => _app.Get<T>();

    public override async ValueTask RestartAsync()
    {
        var (before, hub) = (_app, _app.Hub);
        _app = new App(_azurite, Settings, prefix: before.Prefix, hub: hub);
        await before.DisposeAsync();
        await Get<HostClock>().ReadAsync(CancellationToken.None);
    }

    public override async ValueTask<PortsHost> AnotherAsync()
    {
        var other = new TablePorts(_azurite, _app.Prefix, _app.Hub);
        await other.Get<HostClock>().ReadAsync(CancellationToken.None);
        return other;
    }

    public override async ValueTask<IReadOnlyList<string>> VerifyAsync(IReadOnlyList<string> licenseIds)
    {
        var findings = new List<string>();
        foreach (var license in licenseIds)
        {
            findings.AddRange(await _app.Get<TableVerification>().VerifyAsync(license, CancellationToken.None));
        }

        return findings;
    }

    public override ValueTask DisposeAsync() => _app.DisposeAsync();

    private App Open(TaskHub? hub) => new(_azurite, Settings, prefix: _prefix, hub: hub);
}
