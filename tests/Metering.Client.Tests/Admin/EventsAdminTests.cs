using Metering.Client.Admin;
using Metering.Client.Tests.Support;

namespace Metering.Client.Tests.Admin;

/// <summary>An operator sends events to the real server.</summary>
public sealed class EventsAdminTests(Meter meter) : IClassFixture<Meter>, IDisposable
{
    private readonly Wire _wire = new();

    [Fact]
    public async Task Events_without_ids_count_once_however_often_a_call_tries_and_those_with_ids_in_every_call()
    {
        using var admin = Admin();
        var license = await meter.LicenseAsync();
        UsageEvent[] events = [One(1, id: null), One(2, license.Id + "-own")];
        _wire.LoseAnswers(1);

        var sent = await admin.Events.SendAsync(events);
        var again = await admin.Events.SendAsync(events);

        Assert.Equal((0, 2), (sent.Accepted, sent.Duplicates));
        Assert.Equal((1, 1), (again.Accepted, again.Duplicates));
        Assert.Equal(4, await meter.UsedAsync(license));

        UsageEvent One(decimal quantity, string? id) =>
            new() { LicenseId = license.Id, Metric = "calls", Quantity = quantity, EventId = id };
    }

    public void Dispose() => _wire.Dispose();

    private MeteringAdmin Admin() => new(
        new MeteringAdminOptions { Address = meter.Address, Token = Meter.Token },
        MeterHttp.NewHttp(TimeSpan.FromSeconds(30), maxRetries: 2, _wire), TimeProvider.System);
}
