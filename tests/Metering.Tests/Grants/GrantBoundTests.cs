using Metering.Tests.Support;
using static Metering.Tests.Support.Given;

namespace Metering.Tests.Grants;

/// <summary>Where the rules of grants begin and end: mutants of them that no other test had noticed.</summary>
[Rule(5)]
public sealed class GrantBoundTests
{
    [Theory]
    [InlineData("2026-02-01", 1)]
    [InlineData("2026-02-02", 2)]
    public void A_recurring_grant_is_given_anew_before_its_end_and_not_at_it(string until, int times)
    {
        var world = new World(Limit(0, Interval.Month));
        world.Grant(10, until: until, every: Interval.Month);
        world.WaitUntil("2026-05-15");
        world.Do(new AddGrant { FeatureCode = Calls, Amount = 1 });
        Assert.Equal(times, world.Entries.Count(entry => entry.Kind is EntryKind.GrantAdded or EntryKind.GrantRecurred) - 1);
    }

    [Theory]
    [InlineData("2026-01-10", true)]
    [InlineData("2026-01-09T23:59:59.999Z", true)]
    [InlineData("2026-01-10T00:00:00.001Z", false)]
    public void A_grant_that_is_over_is_refused_also_when_it_began_in_the_past(string until, bool isRefused)
    {
        var world = new World(Limit(0)).WaitUntil("2026-01-10");
        var answer = world.Do(new AddGrant { FeatureCode = Calls, Amount = 1, EffectiveAt = At("2026-01-05"), ExpiresAt = At(until) });
        Assert.Equal(isRefused, answer is Refusal);
    }
}
