using Microsoft.Playwright;

namespace Metering.Dashboard.Tests.Support;

/// <summary>One server and one browser for all tests. A test that changes something has a license of its own.</summary>
public sealed class DashboardFixture : IAsyncLifetime
{
    private IPlaywright? _playwright;

    public Meter Meter { get; private set; } = null!;

    public IBrowser Browser { get; private set; } = null!;

    /// <summary>The license of <see cref="SeededMeter.BusyTenant"/>.</summary>
    public string Busy { get; private set; } = "";

    public async Task InitializeAsync()
    {
        var server = SeededMeter.StartAsync();
        _playwright = await Playwright.CreateAsync();
        Browser = await Chromium.StartAsync(_playwright);
        (Meter, Busy) = await server;
    }

    public async Task DisposeAsync()
    {
        await Browser.DisposeAsync();
        _playwright?.Dispose();
        await Meter.DisposeAsync();
    }

    /// <summary>A tab of its own, signed in, that notes what goes wrong in it.</summary>
    public Task<Tab> OpenAsync(string place, TabOptions? options = null) => Tab.OpenAsync(Browser, Meter.Address, place, options ?? new());
}
