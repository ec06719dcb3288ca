using Metering.Tests.Support;
using static Metering.Tests.Support.Given;

namespace Metering.Tests.Tiers;

/// <summary>Levels and overage are told again when allowance or terms have changed (rule 11).</summary>
[Rule(11)]
public sealed class GroundTests
{
    private static readonly Terms Levelled = Tiered(
        50,
        FromPercent(80, Level.Warning),
        FromPercent(100, Level.OverUsage, Policy.AllowWithOverage));

    [Fact]
    public void After_an_upgrade_the_fall_is_told_once_and_the_level_again_at_its_new_place()
    {
        var world = OnPlan(50);
        world.Use(41);
        Upgrade(world, 1000);
        Assert.Equal(("recovered", Level.Normal), (world.Signals[^1].Detail, world.Signals[^1].Level));
        world.Use(759);
        Assert.Equal(2, world.Signals.Count);
        Assert.Equal([SignalType.LevelChanged], world.Use(41).Signals.AsEnumerable());
        Assert.Equal((Level.Warning, 841m, null), (world.Signals[^1].Level, world.Signals[^1].Used, world.Signals[^1].Detail));
        Upgrade(world, 1000);
        Assert.Equal(3, world.Signals.Count);
    }

    [Fact]
    public void A_downgrade_tells_the_level_to_which_use_rises_by_it()
    {
        var world = OnPlan(1000);
        world.Use(45);
        Upgrade(world, 50);
        Assert.Equal((Level.Warning, null), (world.Signals.Single().Level, world.Signals[0].Detail));
        Upgrade(world, 1000);
        Upgrade(world, 50);
        Assert.Equal([Level.Warning, Level.Normal, Level.Warning], world.Signals.Select(signal => signal.Level!.Value));
    }

    [Fact]
    public void An_assignment_moves_the_ground_and_so_does_taking_it_away()
    {
        var world = OnPlan(50);
        world.Use(41);
        world.Do(new AssignFeature { Feature = Of(Levelled with { Limit = 100 }) });
        world.Do(new UnassignFeature { FeatureCode = Calls, Plans = [PlanOf(50)] });
        Assert.Equal([Level.Warning, Level.Normal, Level.Warning], world.Signals.Select(signal => signal.Level!.Value));
    }

    [Fact]
    public void Use_that_goes_down_and_up_again_is_not_told_twice_on_the_new_ground_either()
    {
        var world = new World(Levelled);
        world.Use(41);
        world.Grant(50);
        world.Use(40);
        var told = world.Signals.Count;
        world.Do(new DecrementUsage { FeatureCode = Calls, Amount = 10 });
        world.Use(10);
        Assert.Equal(told, world.Signals.Count);
    }

    [Fact]
    public void A_grant_that_begins_recurs_or_expires_moves_the_ground()
    {
        var world = new World(Levelled);
        world.Use(41);
        world.Grant(50, from: "2026-01-05", until: "2026-01-09");
        world.WaitUntil("2026-01-05").Do(new DecrementUsage { FeatureCode = Calls });
        world.WaitUntil("2026-01-09").Do(new DecrementUsage { FeatureCode = Calls });
        Assert.Equal(
            [Level.Warning, Level.Normal, Level.Warning], world.SignalsOf(SignalType.LevelChanged).Select(signal => signal.Level!.Value));

        var weekly = world.Grant(25, every: Interval.Week);
        world.Use(24);
        world.Use(8);
        world.WaitUntil("2026-01-16").Do(new DecrementUsage { FeatureCode = Calls });
        Assert.Equal(EntryKind.GrantRecurred, world.Entries[^1].Kind);
        Assert.Equal(Level.Normal, world.Signals[^1].Level);
        Assert.Equal(weekly.Id, world.Entries[^1].GrantId);
    }

    [Fact]
    public void A_grant_of_which_nothing_is_left_moves_nothing_when_it_ends()
    {
        var world = new World(Levelled);
        world.Grant(50, until: "2026-01-09");
        world.Use(100);
        var told = world.SignalsOf(SignalType.LevelChanged).Count();
        world.WaitUntil("2026-01-09").Do(new DecrementUsage { FeatureCode = Calls });
        Assert.Equal(told, world.SignalsOf(SignalType.LevelChanged).Count());
    }

    [Fact]
    public void Overage_ends_with_a_larger_allowance_and_is_told_again_beyond_it()
    {
        var world = new World(Limit(100, over: Policy.AllowWithOverage));
        world.Use(120);
        var grant = world.Grant(50);
        Assert.Equal([SignalType.LevelChanged, SignalType.OverageEnded], world.Last.Signals.Select(signal => signal.Type));
        world.Use(49);
        Assert.Empty(world.Last.Signals);
        world.Use(2);
        Assert.Equal([SignalType.LevelChanged, SignalType.Overage], world.Last.Signals.Select(signal => signal.Type));
        Assert.Equal(21, world.Signals[^1].Overage);
        world.Do(new AssignFeature { Feature = Of(Limit(null)) });
        Assert.Equal(SignalType.OverageEnded, world.Signals[^1].Type);
        world.Do(new VoidGrant { GrantId = grant.Id });
        world.Use(1);
        Assert.Equal(SignalType.GrantEnded, world.Signals[^1].Type);
    }

    [Fact]
    public void A_gauge_over_its_limit_is_told_as_recovered_when_the_limit_is_raised()
    {
        var world = new World(Levelled, MetricType.Gauge);
        world.Record(60);
        world.Do(new AssignFeature { Feature = Of(Levelled with { Limit = 100 }, metric: MetricType.Gauge) });
        Assert.Equal([SignalType.LevelChanged, SignalType.OverageEnded], world.Last.Signals.Select(signal => signal.Type));
        world.Record(101);
        Assert.Equal([SignalType.LevelChanged, SignalType.Overage], world.Last.Signals.Select(signal => signal.Type));
        world.Record(90);
        world.Record(101);
        Assert.DoesNotContain(SignalType.Overage, world.Last.Signals.Select(signal => signal.Type));
    }

    [Fact]
    public void A_new_period_is_silent_also_where_a_grant_ends_or_recurs_with_the_old_one()
    {
        var world = new World(Levelled, MetricType.Gauge);
        world.Grant(50, until: "2026-02-01");
        world.Record(45);
        world.WaitUntil("2026-02-01").Do(new DecrementUsage { FeatureCode = Calls });
        Assert.Equal(Level.Warning, world.Meter.Level);
        Assert.Equal([SignalType.PeriodClosed, SignalType.GrantEnded], world.Signals.Select(signal => signal.Type));
    }

    [Theory]
    [InlineData(MetricType.Gauge, false)]
    [InlineData(MetricType.Gauge, true)]
    [InlineData(MetricType.UpDown, false)]
    [InlineData(MetricType.UpDown, true)]
    public void A_level_that_a_period_begins_with_beyond_the_allowance_is_told_after_it_was_within(MetricType metric, bool newly)
    {
        var world = new World(Limit(10, Interval.Month, Policy.AllowWithOverage), metric);
        if (newly)
        {
            world.Grant(5, until: "2026-02-01");
        }

        world.Record(12);
        Assert.Equal(newly ? 0 : 1, world.SignalsOf(SignalType.Overage).Count());
        world.Signals.Clear();
        To(13);
        Assert.Equal((3m, Level.OverUsage), (world.See().Overage, world.See().Level));
        Assert.DoesNotContain(world.Signals, signal => signal.Type is SignalType.Overage or SignalType.LevelChanged);

        // One that comes back and goes beyond again is told once, as in any period.
        To(9);
        To(12);
        Assert.Equal([SignalType.LevelChanged, SignalType.Overage], world.Last.Signals.Select(signal => signal.Type));
        To(9);
        To(12);
        Assert.Empty(world.Last.Signals);

        void To(decimal level)
        {
            world.WaitUntil("2026-02-03");
            world.Record(metric == MetricType.Gauge ? level : level - world.See().Used);
        }
    }

    [Fact]
    public void Overage_with_which_a_period_began_ends_with_a_larger_allowance()
    {
        var world = new World(Limit(10, Interval.Month, Policy.AllowWithOverage), MetricType.Gauge);
        world.Record(12);
        world.WaitUntil("2026-02-03").Grant(5);
        Assert.Equal(
            [SignalType.PeriodClosed, SignalType.LevelChanged, SignalType.OverageEnded], world.Last.Signals.Select(signal => signal.Type));
        world.Record(16);
        Assert.Equal([SignalType.LevelChanged, SignalType.Overage], world.Last.Signals.Select(signal => signal.Type));
    }

    [Fact]
    public void Terms_that_move_no_tier_tell_nothing_again()
    {
        var world = new World(Levelled);
        world.Use(45);
        world.Do(new DecrementUsage { FeatureCode = Calls, Amount = 10 });
        var told = world.Signals.Count;
        world.Do(new AssignFeature { Feature = Of(Levelled with { RolloverMax = 5 }) });
        world.Use(10);
        Assert.Equal(told, world.Signals.Count);
    }

    private static PlanTerms PlanOf(decimal limit) => Plan("plan_" + limit, "base", Of(Levelled with { Limit = limit }));

    private static World OnPlan(decimal limit) =>
        new(World.Begin, new OpenLicense { LicenseId = "lic_1", TenantId = "tenant_1", Plans = [PlanOf(limit)] });

    private static void Upgrade(World world, decimal limit) => world.Do<LicenseAnswer>(new SetPlans { Plans = [PlanOf(limit)] });
}
