using Metering.Tests.Support;
using static Metering.Tests.Support.Given;

namespace Metering.Tests.Tiers;

/// <summary>Rule 11: levels move with the allowance, and are told again at their new places, and no more than that.</summary>
[Rule(11)]
public sealed class MovedLevelTests
{
    private static readonly Terms Levels = Tiered(
        100, FromPercent(50, Level.Warning), FromPercent(80, Level.Critical), FromPercent(100, Level.OverUsage, Policy.AllowWithOverage));

    [Fact]
    public void A_level_that_falls_with_the_allowance_is_told_once_and_what_lies_above_is_told_again()
    {
        var world = new World(Levels);
        world.Use(85);
        world.Grant(100);
        world.Use(25);
        world.Use(55);

        Assert.Equal(
            [
                (Level.Normal, Level.Critical, null), (Level.Critical, Level.Normal, "recovered"),
                (Level.Normal, Level.Warning, null), (Level.Warning, Level.Critical, null),
            ],
            Told(world));
    }

    [Fact]
    public void A_level_that_rises_with_a_smaller_allowance_is_no_recovery()
    {
        var world = new World(Levels);
        world.Use(40);
        world.Do(new AssignFeature { Feature = Of(Levels with { Limit = 70 }) });
        Assert.Equal([(Level.Normal, Level.Warning, null)], Told(world));
    }

    [Fact]
    public void Where_the_level_stays_only_what_lies_above_it_is_forgotten()
    {
        var world = new World(Levels);
        world.Use(60);
        world.Use(25);
        world.Do(new DecrementUsage { FeatureCode = Calls, Amount = 20 });
        Assert.Equal([(Level.Normal, Level.Warning, null), (Level.Warning, Level.Critical, null)], Told(world));

        // 65 of 110 is still a warning; the critical level has moved, and is told again, but the warning is not.
        world.Grant(10);
        world.Do(new DecrementUsage { FeatureCode = Calls, Amount = 30 });
        world.Use(30);
        world.Use(25);
        Assert.Equal([(Level.Warning, Level.Normal, null), (Level.Warning, Level.Critical, null)], Told(world).Skip(2));
    }

    [Fact]
    public void A_level_passed_without_a_word_is_told_when_use_comes_to_it_from_above()
    {
        var world = new World(Levels);
        world.Use(85);
        world.Do(new DecrementUsage { FeatureCode = Calls, Amount = 20 });
        world.Use(20);
        world.Do(new DecrementUsage { FeatureCode = Calls, Amount = 20 });
        Assert.Equal([(Level.Normal, Level.Critical, null), (Level.Critical, Level.Warning, null)], Told(world));
    }

    [Fact]
    public void A_grant_that_ends_and_one_that_is_added_in_one_command_each_move_the_level()
    {
        var world = new World(Limit(0, over: Policy.AllowWithOverage));
        world.Record(1);
        world.Grant(10, until: "2026-01-02");
        world.WaitUntil("2026-01-02").Grant(1);
        Assert.Equal(
            [
                (Level.Normal, Level.OverUsage, null), (Level.OverUsage, Level.Normal, "recovered"),
                (Level.Normal, Level.OverUsage, null), (Level.OverUsage, Level.Normal, "recovered"),
            ],
            Told(world));

        // Its place has moved with the grant, so it is told again, and only once there.
        world.Record(1);
        world.Record(1);
        Assert.Equal([(Level.Normal, Level.OverUsage, null)], Told(world).Skip(4));
    }

    [Fact]
    public void A_grant_that_ends_and_a_plan_that_changes_in_one_command_each_move_the_level()
    {
        var world = new World();
        world.Do(new SetPlans { Plans = [new PlanTerms("a", 1, "x", [Of(Limit(0, over: Policy.AllowWithOverage))])] });
        world.Record(1);
        world.Grant(10, until: "2026-01-02");
        var plan = new PlanTerms("a", 2, "x", [Of(Limit(1000, over: Policy.AllowWithOverage))]);
        world.WaitUntil("2026-01-02").Do(new SetPlans { Plans = [plan] });
        world.Record(1001);
        Assert.Equal(
            [
                (Level.Normal, Level.OverUsage, null), (Level.OverUsage, Level.Normal, "recovered"),
                (Level.Normal, Level.OverUsage, null), (Level.OverUsage, Level.Normal, "recovered"),
                (Level.Normal, Level.OverUsage, null),
            ],
            Told(world));
    }

    [Fact]
    public void Use_of_all_that_there_is_is_not_beyond_it()
    {
        var world = new World(Limit(10, over: Policy.AllowWithOverage));
        world.Use(10);
        Assert.Empty(world.SignalsOf(SignalType.Overage));
        world.Use(1);
        Assert.Single(world.SignalsOf(SignalType.Overage));
        world.Grant(5);
        Assert.Single(world.SignalsOf(SignalType.OverageEnded));
        world.Use(5);
        Assert.Single(world.SignalsOf(SignalType.Overage).Skip(1));
    }

    private static IEnumerable<(Level From, Level To, string? Detail)> Told(World world) =>
        world.SignalsOf(SignalType.LevelChanged).Select(signal => (signal.PreviousLevel!.Value, signal.Level!.Value, signal.Detail));
}
