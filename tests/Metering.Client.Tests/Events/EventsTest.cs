using Metering.Client.Tests.Support;

namespace Metering.Client.Tests.Events;

/// <summary>A producer of events, its queue on the disk, and its way to a real server.</summary>
public abstract class EventsTest(Meter host) : IClassFixture<Meter>, IDisposable
{
    private protected Meter Host => host;

    private protected TempFolder Folder { get; } = new();

    private protected Wire Wire { get; } = new();

    public void Dispose()
    {
        Wire.Dispose();
        Folder.Dispose();
        GC.SuppressFinalize(this);
    }

    internal static async Task UntilAsync(Func<bool> holds)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (!holds())
        {
            limit.Token.ThrowIfCancellationRequested();
            await Task.Yield();
        }
    }

    private protected async Task<IEnumerable<decimal>> AmountsAsync(TestLicense license) =>
        (await host.UsesAsync(license)).Select(entry => entry.GetProperty("amount").GetDecimal());

    private protected MeteringEvents Events(Action<MeteringEventsOptions>? change = null, TimeProvider? clock = null)
    {
        var options = new MeteringEventsOptions { Address = host.Address, Token = Meter.Token, QueueDirectory = Folder.Path };
        change?.Invoke(options);
        return new MeteringEvents(options, new HttpClient(Wire, disposeHandler: false), clock ?? TimeProvider.System, log: null);
    }
}
