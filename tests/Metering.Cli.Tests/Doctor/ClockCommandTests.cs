using Metering.Cli.Tests.Support;
using Metering.Client.Tests.Support;

namespace Metering.Cli.Tests.Doctor;

/// <summary>The test clock, from a shell.</summary>
public sealed class ClockCommandTests : IAsyncLifetime, IDisposable
{
    private readonly Meter _meter = new() { HasTestClock = true };
    private Tool? _tool;

    private Tool Shell => _tool!;

    public async Task InitializeAsync()
    {
        await _meter.InitializeAsync();
        _tool = new Tool(_meter);
    }

    public Task DisposeAsync() => _meter.DisposeAsync();

    [Fact]
    public async Task It_is_set_to_a_time_and_advanced_by_a_duration_and_a_license_finds_its_next_month()
    {
        var license = await _meter.LicenseAsync();
        var year = DateTimeOffset.UtcNow.Year + 1;

        var set = (await Shell.RunAsync("clock", "set", $"{year}-01-30T12:00:00Z")).Succeeded();
        await _meter.SendAsync(
            HttpMethod.Post, "/api/v1/events", new { license_id = license.Id, metric = "calls", quantity = 7, event_id = "e1" });
        Assert.Equal(7, await _meter.UsedAsync(license));
        var advanced = (await Shell.RunAsync("clock", "set", "P1M")).Succeeded();
        var shown = (await Shell.RunAsync("clock", "show", "--json")).Succeeded();

        Assert.Equal($"The meter's time is {year}-01-30 12:00:00 UTC.\n", set.Output);
        Assert.StartsWith($"The meter's time is {year}-02-28", advanced.Output, StringComparison.Ordinal);
        Assert.StartsWith($"{year}-02-28T12:00:00", shown.Json.GetProperty("now").GetString(), StringComparison.Ordinal);

        // The license was made just now, so its month ends on 28 February at this time of day, where today is the 28th or 29th.
        (await Shell.RunAsync("clock", "set", "P1D")).Succeeded();
        Assert.Equal(0, await _meter.UsedAsync(license));
    }

    [Fact]
    public async Task It_may_be_set_back_and_takes_nothing_that_is_no_time()
    {
        var year = DateTimeOffset.UtcNow.Year + 1;
        (await Shell.RunAsync("clock", "set", $"{year}-03-01T00:00:00Z")).Succeeded();

        (await Shell.RunAsync("clock", "set", $"{year}-02-01T00:00:00Z")).Succeeded();
        (await Shell.RunAsync("clock", "set", "soon")).Failed(2, "neither a time", "nor a duration");
        (await Shell.RunAsync("clock", "set", "P1X")).Failed(2, "duration");

        Assert.Equal($"The meter's time is {year}-02-01 00:00:00 UTC.\n", (await Shell.RunAsync("clock", "show")).Output);
    }

    public void Dispose() => _tool?.Dispose();
}
