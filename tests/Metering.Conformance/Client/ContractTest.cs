namespace Metering.Conformance.Client;

/// <summary>A test of the contract, with a connection to the host under test.</summary>
public abstract class ContractTest : IAsyncLifetime
{
    protected Meter Meter { get; private set; } = null!;

    public async Task InitializeAsync() => Meter = await Meter.ConnectAsync();

    public Task DisposeAsync() => Task.CompletedTask;
}
