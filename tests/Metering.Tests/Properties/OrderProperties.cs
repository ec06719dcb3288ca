using FsCheck;
using FsCheck.Fluent;
using Metering.Tests.Support;

namespace Metering.Tests.Properties;

/// <summary>Use that has already happened counts the same in whatever order it is told.</summary>
public sealed class OrderProperties
{
    private const int Samplings = 200;

    [Fact]
    public void Records_come_to_the_same_in_any_order() => Samples.Check(
        "order",
        Samplings,
        from uses in Gen.ArrayOf(AnyUse, 30)
        from order in Gen.Shuffle(uses)
        select (Uses: uses, Order: order),
        sample =>
        {
            var told = Tell(sample.Uses);
            var shuffled = Tell(sample.Order);
            Assert.Equal((told.Used, told.Overage, told.LimitUsed), (shuffled.Used, shuffled.Overage, shuffled.LimitUsed));
            Assert.Equal(
                told.Days.Select(day => (day.Day, day.Count, day.Sum, day.Min, day.Max)),
                shuffled.Days.Select(day => (day.Day, day.Count, day.Sum, day.Min, day.Max)));
            Assert.Equal(told.Days.SelectMany(day => day.ByUser!), shuffled.Days.SelectMany(day => day.ByUser!));
            Assert.Equal(sample.Uses.Sum(use => use.Given), told.Used);
        });

    private static Gen<RecordUse> AnyUse =>
        from amount in Gen.Choose(1, 100_000)
        from user in Gen.Choose(1, 4)
        from minutes in Gen.Choose(0, 24 * 60)
        select new RecordUse
        {
            FeatureCode = Given.Calls,
            Given = amount / 1000m,
            UserId = "user_" + user,
            OccurredAt = World.Begin.AddDays(5).AddMinutes(-minutes),
        };

    private static MeterState Tell(IEnumerable<RecordUse> uses)
    {
        var world = new World(Given.Limit(500, Interval.Month)).WaitUntil("2026-01-06");
        foreach (var use in uses)
        {
            world.Do<UsageAnswer>(use);
        }

        return world.Meter;
    }
}
