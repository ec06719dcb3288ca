using Metering.Conformance.Client;

namespace Metering.Conformance.Meters;

[Rule(3)]
public sealed class LazyResetTests : ClockTest
{
    [ClockFact]
    public async Task Use_starts_anew_at_the_boundary_and_not_before()
    {
        var noon = await MoveToNoon();
        var license = await Meter.License(new { limit = 10, reset = "day" }, with: new { anchor = Meter.Text(noon) });
        await license.Consume(10).Is(200);

        await MoveTo(noon.AddDays(1).AddMinutes(-1));
        await license.Check().Has("allowed", false).Has("used", 10);
        await license.Consume().Refuses(403, "quota_exceeded");

        await MoveTo(noon.AddDays(1));
        await license.Check().Has("allowed", true).Has("used", 0).Has("remaining", 10).Has("period.start", noon.AddDays(1));
        await license.Consume(10).Is(200).Has("used", 10);
    }

    [ClockFact]
    public async Task A_read_shows_the_new_period_without_writing_it()
    {
        var noon = await MoveToNoon();
        var license = await Meter.License(new { limit = 10, reset = "day" }, with: new { anchor = Meter.Text(noon) });
        await license.Consume(6).Is(200);
        var before = (await license.Ledger()).Count;

        await MoveTo(noon.AddDays(2));
        await license.Check().Has("used", 0);
        await license.Usage().Has("features.0.used", 0);
        Assert.Equal(before, (await license.Ledger()).Count);

        await license.Consume().Is(200).Has("used", 1);
        var closed = (await license.Ledger()).Single(entry => entry.GetProperty("kind").GetString() == "period_closed");
        Assert.Equal(6, closed.GetProperty("before").GetDecimal());
    }

    [ClockFact]
    public async Task Any_number_of_empty_periods_may_lie_between()
    {
        var noon = await MoveToNoon();
        var license = await Meter.License(new { limit = 10, reset = "hour" }, with: new { anchor = Meter.Text(noon) });
        await license.Consume(6).Is(200);

        await MoveTo(noon.AddDays(400).AddMinutes(30));

        await license.Consume().Is(200).Has("used", 1).Has("period.start", noon.AddDays(400))
            .Has("period.end", noon.AddDays(400).AddHours(1));
        Assert.Single(await license.Ledger(), entry => entry.GetProperty("kind").GetString() == "period_closed");
    }

    [ClockFact]
    public async Task Overage_starts_anew_too()
    {
        var noon = await MoveToNoon();
        var license = await Meter.License(new { limit = 10, reset = "day" }, with: new { anchor = Meter.Text(noon) });
        await license.Report(15).Is(200).Has("overage", 5).Has("level", "over_usage");

        await MoveTo(noon.AddDays(1));

        await license.Check().Has("used", 0).Has("overage", 0).Has("level", "normal").Has("remaining", 10);
    }

    [ClockFact]
    public async Task A_report_resets_lazily_as_well()
    {
        var noon = await MoveToNoon();
        var license = await Meter.License(new { limit = 10, reset = "day" }, with: new { anchor = Meter.Text(noon) });
        await license.Report(8).Is(200);

        await MoveTo(noon.AddDays(1));

        await license.Report(3).Is(200).Has("used", 3).Has("overage", 0);
    }

    [ClockFact]
    public async Task Standing_levels_stay_in_a_new_period()
    {
        var noon = await MoveToNoon();
        var seats = await Meter.Feature("gauge");
        var jobs = await Meter.Feature("up_down");
        var plan = await Meter.Plan(
            new { feature_code = seats, limit = 10, reset = "day" }, new { feature_code = jobs, limit = 10, reset = "day" });
        var license = await Meter.LicenseOn(plan, seats, new { anchor = Meter.Text(noon) });
        await license.Consume(7, more: new { key = "a" }).Is(200);
        await license.Consume(4, feature: jobs).Is(200);

        await MoveTo(noon.AddDays(1));

        await license.Check().Has("period.start", noon.AddDays(1)).Has("used", 7).Has("remaining", 3);
        await license.Consume(1, feature: jobs).Is(200).Has("used", 5);
        await license.Consume(2, more: new { key = "b" }).Is(200).Has("used", 9);
    }

    [ClockFact]
    public async Task A_total_goes_on_from_its_last_reading_in_a_new_period()
    {
        var noon = await MoveToNoon();
        var license = await Meter.License(new { limit = 1000, reset = "day" }, "total", new { anchor = Meter.Text(noon) });
        await license.Report(100).Is(200);

        await MoveTo(noon.AddDays(1));

        await license.Report(130).Is(200).Has("used", 30);
    }

    [ClockFact]
    public async Task The_check_work_report_flow_meets_a_lazy_reset()
    {
        var noon = await MoveToNoon();
        var license = await Meter.License(new { limit = 2, reset = "month" }, with: new { anchor = Meter.Text(noon) });
        for (var i = 0; i < 2; i++)
        {
            await license.Check().Has("allowed", true);
            await license.Report().Is(200);
        }

        await license.Check().Has("allowed", false).Has("remaining", 0);
        await MoveTo(noon.AddMonths(1));
        await license.Check().Has("allowed", true).Has("remaining", 2);
    }

    [ClockFact]
    public async Task A_key_and_an_event_are_remembered_for_35_days()
    {
        var noon = await MoveToNoon();
        var license = await Meter.License(new { limit = 10 });
        await license.Consume(2, "key-1", more: new { event_id = "evt-1" }).Is(200);

        await MoveTo(noon.AddDays(35).AddMinutes(-1));

        await license.Consume(2, "key-1", more: new { event_id = "evt-1" }).Is(200).HasHeader("Idempotency-Replayed", "true");
        await license.Report(2, more: new { event_id = "evt-1" }).Is(200).HasHeader("Idempotency-Replayed", "true");
        await license.Check().Has("used", 2);
    }

    [ClockFact]
    public async Task A_replay_in_a_later_period_still_gets_the_first_answer()
    {
        var noon = await MoveToNoon();
        var license = await Meter.License(new { limit = 10, reset = "day" }, with: new { anchor = Meter.Text(noon) });
        await license.Consume(6, "key-1").Is(200);

        await MoveTo(noon.AddDays(3));

        await license.Consume(6, "key-1").Is(200).HasHeader("Idempotency-Replayed", "true").Has("used", 6);
        await license.Check().Has("used", 0);
    }
}
