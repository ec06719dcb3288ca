using Metering.Tests.Support;
using static Metering.Tests.Support.Given;

namespace Metering.Tests.Grants;

/// <summary>The order in which the parts of an allowance burn, and the same order backwards when use is taken away.</summary>
[Rule(5)]
public sealed class BurnOrderTests
{
    private const int Grants = 6;

    // Limit, rollover, six grants, overage: one unit each.
    private const int Places = Grants + 3;

    [Fact]
    public void Limit_then_rollover_then_grants_then_overage()
    {
        for (var seed = 0; seed < 50; seed++)
        {
            var (world, order) = Mixed(seed);
            for (var used = 1; used <= Places; used++)
            {
                world.Use(1);
                Assert.Equal(Burnt(used), Parts(world, order));
            }
        }
    }

    [Fact]
    public void Use_cut_in_any_way_burns_the_same()
    {
        for (var seed = 0; seed < 50; seed++)
        {
            var random = new Random(seed);
            var (world, order) = Mixed(seed);
            for (var used = 0; used < Places;)
            {
                var amount = random.Next(1, Places - used + 1);
                used += amount;
                world.Use(amount);
                Assert.Equal(Burnt(used), Parts(world, order));
            }
        }
    }

    [Fact]
    public void What_burnt_last_is_taken_away_first()
    {
        for (var seed = 0; seed < 50; seed++)
        {
            var (world, order) = Mixed(seed);
            world.Use(Places);
            for (var left = Places - 1; left >= 0; left--)
            {
                world.Do<UsageAnswer>(new DecrementUsage { FeatureCode = Calls, Amount = 1 });
                Assert.Equal(Burnt(left), Parts(world, order));
            }
        }
    }

    [Fact]
    public void A_standing_level_occupies_its_allowance_in_the_same_order()
    {
        var world = new World(Of(Limit(1, Interval.Month, Policy.AllowWithOverage), metric: MetricType.Gauge));
        var late = world.Grant(1, priority: 1);
        var early = world.Grant(1, priority: 0);
        foreach (var (level, limit, first, second, over) in new (decimal, decimal, decimal, decimal, decimal)[]
                 {
                     (4, 1, 1, 1, 1), (2, 1, 1, 0, 0), (1, 1, 0, 0, 0), (3, 1, 1, 1, 0), (0, 0, 0, 0, 0),
                 })
        {
            world.Use(level);
            Assert.Equal(
                (limit, first, second, over),
                (world.Meter.LimitUsed, world.SeeGrant(early.Id).Used, world.SeeGrant(late.Id).Used, world.Meter.Overage));
        }
    }

    // A month of which one unit rolled over, and grants of one unit each that were made in any order.
    private static (World World, List<string> Order) Mixed(int seed)
    {
        var random = new Random(seed);
        var world = new World(Limit(1, Interval.Month, Policy.AllowWithOverage) with { RolloverMax = 1 });
        world.WaitUntil("2026-02-01");
        var made = new List<(int Priority, string? Until, int Number, string Id)>();
        for (var i = 0; i < Grants; i++)
        {
            var priority = random.Next(2);
            var until = random.Next(3) switch { 0 => "2026-06-01", 1 => "2026-07-01", _ => null };
            made.Add((priority, until, i, world.Grant(1, priority, until: until).Id));
        }

        var order = made.OrderBy(one => one.Priority).ThenBy(one => one.Until ?? "9999").ThenBy(one => one.Number).Select(one => one.Id)
            .ToList();
        return (world, order);
    }

    private static decimal[] Burnt(int units) => [.. Enumerable.Range(0, Places).Select(place => place < units ? 1m : 0m)];

    private static decimal[] Parts(World world, List<string> order) =>
    [
        world.Meter.LimitUsed, world.Meter.RolloverUsed, .. order.Select(id => world.SeeGrant(id).Used), world.Meter.Overage,
    ];
}
