using Metering.Tests.Support;
using static Metering.Tests.Support.Given;

namespace Metering.Tests.Tiers;

/// <summary>What a policy decides and how far it says that use may go are the same thing, for every policy that there is.</summary>
[Rule(6)]
public sealed class PolicyReachTests
{
    private const Policy Unknown = (Policy)99;

    public static TheoryData<Policy> All => [.. Enum.GetValues<Policy>()];

    [Theory]
    [MemberData(nameof(All))]
    public void Use_goes_as_far_as_an_answer_says_and_no_further(Policy policy)
    {
        var world = With(policy);
        world.Use(7);
        var answer = world.See();
        var room = answer.Endless ? 1000 : answer.Room ?? answer.Remaining!.Value;
        foreach (var part in new[] { room, room / 2 })
        {
            var tried = With(policy);
            tried.Use(7);
            Assert.Equal(7 + part, tried.Use(part).Used);
        }

        Assert.Equal(answer.Endless, Tries(policy, room + 1));
    }

    [Theory]
    [MemberData(nameof(All))]
    public void A_partial_consume_takes_what_the_policy_lets_through(Policy policy)
    {
        var world = With(policy);
        world.Use(7);
        var answer = world.See();
        var room = answer.Endless ? 50 : answer.Room ?? answer.Remaining!.Value;
        Assert.Equal(room, world.Do<UsageAnswer>(new Consume { FeatureCode = Calls, Given = 50, AllowPartial = true }).Amount);
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Consume_hold_and_commit_are_decided_alike(Policy policy)
    {
        foreach (var amount in new decimal[] { 3, 4, 8, 9, 1000 })
        {
            var passes = Tries(policy, amount);
            var held = With(policy);
            held.Use(7);
            var answer = held.Do(new OpenHold { FeatureCode = Calls, Amount = amount, TtlSeconds = 60 });
            Assert.Equal(passes, answer is HoldAnswer);

            var settled = With(policy);
            settled.Use(7);
            var hold = settled.Hold(1);
            var before = settled.State;
            var commit = settled.Do(new CommitHold { HoldId = hold.Id, Amount = amount });
            Assert.Equal(passes, commit is UsageAnswer);
            if (commit is Refusal)
            {
                Assert.Equal(
                    (before.Holds.Find(hold.Id), 1m, 7m), (settled.State.Holds.Find(hold.Id), settled.Meter.Held, settled.Meter.Used));
            }
        }
    }

    [Fact]
    public void A_policy_without_a_rule_is_a_bug_and_denies_nothing_in_silence()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => With(Unknown).Use(11));
        Assert.Throws<ArgumentOutOfRangeException>(() => new World(Limit(10, over: Unknown)).Use(11));
    }

    [Fact]
    public void A_limited_rate_that_is_none_is_a_bug()
    {
        var world = new World(Tiered(10, FromPercent(100, Level.OverUsage, Policy.RateLimit)));
        world.Use(9);
        Assert.Throws<InvalidOperationException>(() => world.Use(2));
    }

    private static bool Tries(Policy policy, decimal amount)
    {
        var world = With(policy);
        world.Use(7);
        return world.Do(new Consume { FeatureCode = Calls, Given = amount }) is UsageAnswer;
    }

    // The rate's burst is larger than anything that is tried: it says how fast use may come, not how far it may go.
    private static World With(Policy policy) => new(Tiered(
        10,
        FromPercent(100, Level.OverUsage, policy) with { Grace = 5, Rate = new Rate(1, RateInterval.Day, 5000) }));
}
