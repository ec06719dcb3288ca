using Metering.Contracts;
using Microsoft.Extensions.DependencyInjection;

namespace Metering.Api.Tests.Memory;

/// <summary>The ports in memory, on which the API is tested. What they hold ends with them, so a restart is none.</summary>
internal sealed class MemoryPorts : PortsHost
{
    private readonly MemoryHost _host;

    private MemoryPorts(MemoryHost host) => _host = host;

    public static async ValueTask<PortsHost> StartAsync() => new MemoryPorts(await MemoryHost.StartAsync());

    public override T Get<T>() => _host.Services.GetRequiredService<T>();

    public override ValueTask RestartAsync() => ValueTask.CompletedTask;

    public override ValueTask<PortsHost> AnotherAsync() => ValueTask.FromResult<PortsHost>(this);

    public override ValueTask DisposeAsync() => _host.DisposeAsync();
}
