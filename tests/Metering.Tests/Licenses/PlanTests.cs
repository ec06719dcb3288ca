using Metering.Tests.Support;
using static Metering.Tests.Support.Given;

namespace Metering.Tests.Licenses;

public sealed class PlanTests
{
    private static readonly Terms Free = Limit(100, Interval.Month);
    private static readonly Terms Pro = Limit(1000, Interval.Month);

    [Fact]
    public void A_license_has_what_its_plans_give()
    {
        var world = On(Plan("free", "base", Of(Free)), Plan("extra", "addon", new FeatureTerms(Boolean("pro"), Terms.Unlimited)));
        Assert.Equal([new PlanReference("free", 1, "base"), new PlanReference("extra", 1, "addon")], world.State.Plans.AsEnumerable());
        Assert.Equal((100m, "free"), (world.See().Limit!.Value, world.Meter.PlanId));
        Assert.True(world.Check(code: "pro").Allowed);
        Assert.Equal((EntryKind.LicenseCreated, "free@1, extra@1"), (world.Entries[0].Kind, world.Entries[0].Detail));
    }

    [Fact]
    public void A_larger_plan_counts_at_once_and_keeps_what_was_used()
    {
        var world = On(Plan("free", "base", Of(Free)));
        world.Use(100);
        world.Do<LicenseAnswer>(new SetPlans { Plans = [Plan("pro", "base", Of(Pro))] });
        Assert.Equal((100m, 900m, At("2026-02-01")), (world.See().Used, world.See().Remaining, world.See().ResetsAt));
        world.Use(900);
        world.Refuse(RefusalCode.QuotaExceeded);
    }

    [Fact]
    public void A_smaller_plan_keeps_what_was_covered_covered()
    {
        var world = On(Plan("pro", "base", Of(Pro)));
        world.Use(400);
        world.Do(new SetPlans { Plans = [Plan("free", "base", Of(Free))] });
        var seen = world.See();
        Assert.Equal((400m, 0m, 0m, 100m), (seen.Used, seen.Overage, seen.Remaining, seen.Limit));
        world.Refuse(RefusalCode.QuotaExceeded);
        Assert.Equal(100, world.WaitUntil("2026-02-01").See().Remaining);
    }

    [Fact]
    public void A_smaller_plan_covers_a_standing_level_anew()
    {
        var world = On(Plan("pro", "base", Of(Limit(20), metric: MetricType.Gauge)));
        world.Use(15);
        world.Do(new SetPlans { Plans = [Plan("free", "base", Of(Limit(10), metric: MetricType.Gauge))] });
        Assert.Equal((15m, 5m, Level.OverUsage), (world.See().Used, world.See().Overage, world.See().Level));
        world.Do(new SetPlans { Plans = [Plan("pro", "base", Of(Limit(20), metric: MetricType.Gauge))] });
        Assert.Equal((15m, 0m, Level.Normal), (world.See().Used, world.See().Overage, world.See().Level));
    }

    [Fact]
    public void Leaving_a_plan_and_coming_back_resets_nothing()
    {
        var world = On(Plan("free", "base", Of(Free)));
        world.Use(60);
        world.Do(new SetPlans());
        world.Refuse(RefusalCode.FeatureNotAssigned);
        Assert.Empty(LicenseMeter.Usage(world.State, world.Now, MeterRules.Default));
        world.Do(new SetPlans { Plans = [Plan("free", "base", Of(Free))] });
        Assert.Equal((60m, 40m), (world.See().Used, world.See().Remaining));
    }

    [Fact]
    public void An_assignment_wins_over_a_plan_until_it_is_taken_away()
    {
        var plan = Plan("free", "base", Of(Free));
        var world = On(plan);
        world.Use(60);
        world.Do<AssignmentAnswer>(new AssignFeature { Feature = Of(Limit(70, Interval.Month)) });
        Assert.Equal((70m, null), (world.See().Limit!.Value, world.Meter.PlanId));
        world.Do(new SetPlans { Plans = [Plan("pro", "base", Of(Pro))] });
        Assert.Equal(10, world.See().Remaining);
        Assert.Equal(RefusalCode.PlansChanged, world.Do<Refusal>(new UnassignFeature { FeatureCode = Calls, Plans = [plan] }).Code);
        Assert.Equal(70, world.See().Limit);
        world.Do<Done>(new UnassignFeature { FeatureCode = Calls, Plans = [Plan("pro", "base", Of(Pro))] });
        Assert.Equal((1000m, 60m, "pro"), (world.See().Limit!.Value, world.See().Used, world.Meter.PlanId));
    }

    [Fact]
    public void A_changed_plan_takes_the_place_of_its_groups_and_leaves_the_others_as_they_are_by_then()
    {
        var (free, pro, extra) = (
            Plan("free", "base", Of(Free)), Plan("pro", "base", Of(Pro)), Plan("extra", "add_on", Of(Limit(7), "more")));
        var world = On(free);
        world.Use(60);
        world.Do<LicenseAnswer>(new ChangePlan { Plan = extra, Seen = [free] });
        world.Do<LicenseAnswer>(new ChangePlan { Plan = pro, Seen = [free, extra] });
        Assert.Equal(["extra", "pro"], world.State.Plans.Select(plan => plan.PlanId));
        Assert.Equal((1000m, 60m), (world.See().Limit!.Value, world.See().Used));

        // Whoever had looked before the second change came would have taken it back.
        var sequence = world.State.Sequence;
        Assert.Equal(RefusalCode.PlansChanged, world.Do<Refusal>(new ChangePlan { Plan = free, Seen = [free] }).Code);
        Assert.Equal(
            RefusalCode.PlansChanged, world.Do<Refusal>(new ChangePlan { Plan = free, Seen = [pro, extra with { Version = 2 }] }).Code);
        Assert.Equal((sequence, 1000m), (world.State.Sequence, world.See().Limit!.Value));

        // What the change itself replaces need not have been seen.
        world.Do<LicenseAnswer>(new ChangePlan { Plan = free, Seen = [extra] });
        Assert.Equal(["extra", "free"], world.State.Plans.Select(plan => plan.PlanId));
    }

    [Fact]
    public void Only_a_version_is_changed_of_a_license_that_is_on_the_plan()
    {
        var (free, second, third) = (
            Plan("free", "base", Of(Free)),
            Plan("free", "base", Of(Pro)) with { Version = 2 },
            Plan("free", "base", Of(Pro)) with { Version = 3 });
        var pro = Plan("pro", "base", Of(Pro));
        var world = On(free);
        Assert.Equal(
            RefusalCode.NotOnPlan,
            world.Do<Refusal>(new ChangePlan { Plan = third, OnlyVersion = true, FromVersion = 2, Seen = [free] }).Code);
        world.Do<LicenseAnswer>(new ChangePlan { Plan = second, OnlyVersion = true, FromVersion = 1, Seen = [free] });
        Assert.Equal((2, 1000m), (world.State.Plans[0].Version, world.See().Limit!.Value));
        Assert.Equal(RefusalCode.NotOnPlan, world.Do<Refusal>(new ChangePlan { Plan = second, OnlyVersion = true, Seen = [second] }).Code);
        world.Do<LicenseAnswer>(new ChangePlan { Plan = pro, Seen = [second] });
        Assert.Equal(RefusalCode.NotOnPlan, world.Do<Refusal>(new ChangePlan { Plan = third, OnlyVersion = true, Seen = [second] }).Code);
        Assert.Equal(["pro"], world.State.Plans.Select(plan => plan.PlanId));
    }

    [Fact]
    public void An_assignment_that_no_plan_follows_leaves_the_license_without_the_feature()
    {
        var world = new World(Limit(10));
        world.Do<Done>(new UnassignFeature { FeatureCode = Calls });
        world.Refuse(RefusalCode.FeatureNotAssigned);
        Assert.Equal(RefusalCode.FeatureNotAssigned, world.Do<Refusal>(new UnassignFeature { FeatureCode = Calls }).Code);
        Assert.Equal(["assigned", "removed"], Changes(Again(world)));
    }

    [Fact]
    public void A_plans_feature_cannot_be_unassigned() => Assert.Equal(
        RefusalCode.FeatureNotAssigned,
        On(Plan("free", "base", Of(Free))).Do<Refusal>(new UnassignFeature { FeatureCode = Calls }).Code);

    [Fact]
    public void Where_two_plans_give_the_same_feature_the_higher_limit_counts()
    {
        Assert.Equal(1000, On(Plan("a", "one", Of(Free)), Plan("b", "two", Of(Pro))).See().Limit);
        Assert.Equal(1000, On(Plan("a", "one", Of(Pro)), Plan("b", "two", Of(Free))).See().Limit);
        Assert.True(On(Plan("a", "one", Of(Pro)), Plan("b", "two", Of(Limit(null)))).See().Unlimited);
    }

    [Theory]
    [InlineData(100)]
    [InlineData(null)]
    public void Where_their_limits_are_equal_the_first_group_counts_whichever_plan_was_changed_last(int? limit)
    {
        var (first, second) = (
            Plan("z", "add_on", Of(Limit(limit) with { PriceUnit = "EUR" })),
            Plan("a", "base", Of(Limit(limit, over: Policy.AllowWithOverage) with { PriceUnit = "USD" })));
        foreach (var world in new[] { On(first, second), On(second, first) })
        {
            AssertFirst(world);
            foreach (var plans in new PlanTerms[][] { [first, second], [second, first] })
            {
                world.Do<LicenseAnswer>(new SetPlans { Plans = [.. plans] });
                AssertFirst(world);
            }

            world.Do<LicenseAnswer>(new ChangePlan { Plan = first with { Version = 2 }, OnlyVersion = true, Seen = [second] });
            AssertFirst(world);
            world.Do<LicenseAnswer>(
                new ChangePlan { Plan = second with { Version = 2 }, OnlyVersion = true, Seen = [first with { Version = 2 }] });
            AssertFirst(world);
        }

        static void AssertFirst(World world) =>
            Assert.Equal(("z", "EUR", Policy.Deny), (world.Meter.PlanId, world.Meter.Terms.PriceUnit, world.Meter.Terms.OverLimit));
    }

    [Fact]
    public void Another_interval_opens_its_period_at_once_and_keeps_what_was_used()
    {
        var world = On(Plan("free", "base", Of(Free)));
        world.Use(60);
        world.WaitUntil("2026-01-10T12:00:00Z").Do(new SetPlans { Plans = [Plan("daily", "base", Of(Limit(100, Interval.Day)))] });
        Assert.Equal((60m, new Period(At("2026-01-10"), At("2026-01-11"))), (world.See().Used, world.See().Period));
        Assert.Equal(0, world.WaitUntil("2026-01-11").See().Used);
    }

    [Fact]
    public void A_change_of_plans_after_the_periods_end_closes_it_with_the_old_terms()
    {
        var world = On(Plan("free", "base", Of(Free)));
        world.Use(60);
        world.WaitUntil("2026-02-03").Do(new SetPlans { Plans = [Plan("pro", "base", Of(Pro))] });
        Assert.Equal(0, world.See().Used);
        world.Do(new SetPlans());
        world.WaitUntil("2026-03-03").Do(new SetPlans { Plans = [Plan("pro", "base", Of(Pro))] });
        Assert.Equal(
            Enumerable.Range(1, world.Entries.Count).Select(number => (long)number), world.Entries.Select(entry => entry.Sequence));
        Assert.Equal(world.State.Sequence, world.Entries[^1].Sequence);
    }

    [Fact]
    public void A_plan_that_takes_a_feature_away_after_a_period_keeps_the_numbers_of_its_evidence()
    {
        var world = On(Plan("free", "base", Of(Free)));
        world.Use(60);
        world.WaitUntil("2026-02-03").Do(new SetPlans());
        Assert.Equal([EntryKind.PlansChanged, EntryKind.PeriodClosed], world.Entries.TakeLast(2).Select(entry => entry.Kind));
        Assert.Equal(world.Entries[^1].Sequence, world.State.Sequence);
    }

    private static World On(params PlanTerms[] plans) =>
        new(World.Begin, new OpenLicense { LicenseId = "lic_1", TenantId = "tenant_1", Plans = [.. plans] });

    private static World Again(World world)
    {
        world.Do(new AssignFeature { Feature = Of(Limit(10)) });
        return world;
    }

    private static IEnumerable<string?> Changes(World world) =>
        world.EntriesOf(EntryKind.FeatureChanged).Select(entry => entry.Detail).Order(StringComparer.Ordinal);
}
