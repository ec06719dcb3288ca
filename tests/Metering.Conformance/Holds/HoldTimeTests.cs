using Metering.Conformance.Client;

namespace Metering.Conformance.Holds;

public sealed class HoldTimeTests : ClockTest
{
    [ClockFact]
    public async Task A_reservation_that_expires_returns_to_the_allowance()
    {
        var noon = await MoveToNoon();
        var license = await Meter.License(new { limit = 10 });
        var hold = await license.Post("/reservations", new { feature_code = license.Feature, amount = 6, ttl_seconds = 3600 }).Is(201);

        await MoveTo(noon.AddMinutes(59));
        await license.Check().Has("held", 6).Has("remaining", 4);

        await MoveTo(hold.Time("expires_at"));
        await license.Check().Has("held", 0).Has("remaining", 10);
        await license.Consume(10).Is(200);
        await license.Post($"/reservations/{hold.String("id")}/commit", "{}").Refuses(404, "hold_not_found");
        await license.Check().Has("used", 10);
    }

    [ClockFact]
    public async Task Many_holds_that_are_over_set_nothing_aside_from_that_moment_on()
    {
        const int Many = 120;
        const int MaxWrittenPerStep = 50;
        await MoveToNoon();
        var license = await Meter.License(new { limit = Many });
        var holds = await Task.WhenAll(Enumerable.Range(0, Many).Select(_ =>
            license.Post("/reservations", new { feature_code = license.Feature, amount = 1, ttl_seconds = 60 }).Is(201)));
        await license.Check().Has("held", Many).Has("remaining", 0);

        await MoveTo(holds.Max(hold => hold.Time("expires_at")));

        await license.Check().Has("allowed", true).Has("held", 0).Has("remaining", Many);
        await license.Consume().Is(200).Has("remaining", Many - 1);
        Assert.Equal(MaxWrittenPerStep, await Expired());
        foreach (var hold in holds[..3])
        {
            await license.Post($"/reservations/{hold.String("id")}/commit").Refuses(404, "hold_not_found");
        }

        Assert.Equal(Many, await Expired());
        await license.Consume(Many - 1).Is(200).Has("remaining", 0);

        async Task<int> Expired() => (await license.Ledger()).Count(entry => entry.GetProperty("kind").GetString() == "hold_expired");
    }

    [ClockFact]
    public async Task A_reservation_that_is_open_at_the_periods_end_stays_open()
    {
        var noon = await MoveToNoon();
        var license = await Meter.License(new { limit = 10, reset = "hour" }, with: new { anchor = Meter.Text(noon) });
        var hold = await license.Post("/reservations", new { feature_code = license.Feature, amount = 6, ttl_seconds = 7200 }).Is(201);

        await MoveTo(noon.AddMinutes(61));

        await license.Check().Has("held", 6).Has("remaining", 4);
        await license.Post($"/reservations/{hold.String("id")}/commit", "{}").Is(200).Has("used", 6).Has("remaining", 4);
    }

    [ClockFact]
    public async Task A_lease_that_expires_returns_what_is_left_of_it()
    {
        var noon = await MoveToNoon();
        var license = await Meter.License(new { limit = 10 });
        var lease = await Lease(license, 6);
        await Sync(license, lease, Use("evt-1", 2, noon)).Is(200).Has("used", 2).Has("held", 4);

        await MoveTo(lease.Time("expires_at"));

        await license.Check().Has("used", 2).Has("held", 0).Has("remaining", 8);
    }

    [ClockFact]
    public async Task Use_that_a_lease_syncs_after_its_expiry_is_recorded_as_overage_and_never_refused()
    {
        var noon = await MoveToNoon();
        var license = await Meter.License(new { limit = 10 });
        var lease = await Lease(license, 6);
        await MoveTo(lease.Time("expires_at").AddMinutes(5));
        await license.Consume(8).Is(200);

        await Sync(license, lease, Use("evt-1", 4, noon.AddMinutes(1)), Use("evt-2", 1, noon.AddMinutes(2))).Is(200).Has("used", 13);
        await Sync(license, lease, Use("evt-1", 4, noon.AddMinutes(1))).Is(200).Has("used", 13);
        await license.Check().Has("used", 13).Has("overage", 5).Has("remaining", 2);
    }

    [ClockFact]
    [Rule(2)]
    public async Task A_wrong_clock_of_the_client_gains_no_allowance()
    {
        var noon = await MoveToNoon();
        var license = await Meter.License(new { limit = 10, reset = "day" }, with: new { anchor = Meter.Text(noon) });
        var lease = await Lease(license, 6);

        await Sync(license, lease, Use("evt-1", 4, noon.AddDays(300)), Use("evt-2", 1, noon.AddYears(-20))).Is(200).Has("used", 5)
            .Has("held", 1);
        await license.Check().Has("used", 5).Has("remaining", 4);
    }

    private static Task<Reply> Lease(License license, decimal amount) =>
        license.Post("/leases", new { feature_code = license.Feature, amount, ttl_seconds = 3600, fingerprint = "laptop-1" }).Is(201);

    private static Task<Reply> Sync(License license, Reply lease, params object[] usage) =>
        license.Post($"/leases/{lease.String("id")}/sync", new { usage });

    private static object Use(string id, decimal amount, DateTimeOffset at) => new { event_id = id, amount, occurred_at = Meter.Text(at) };
}
