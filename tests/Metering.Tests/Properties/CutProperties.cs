using System.Collections.Immutable;
using FsCheck;
using FsCheck.Fluent;
using Metering.Tests.Support;

namespace Metering.Tests.Properties;

/// <summary>
/// What is allowed in all never depends on how use is cut into requests (rule 6), with grants and other limits coming in between.
/// </summary>
[Rule(6)]
public sealed class CutProperties
{
    private const int Histories = 600;
    private static readonly decimal[] Limits = [0, 10, 40, 100, 100, 150];
    private static readonly decimal[] Percents = [40, 80, 100, 120, 150];

    [Fact]
    public void Use_in_one_request_and_in_many_comes_to_the_same() => Samples.Check(
        "cuts",
        Histories,
        from seed in Gen.Choose(0, 1_000_000)
        from steps in Gen.ArrayOf(AnyStep, 20)
        select (Seed: seed, Steps: steps),
        sample =>
        {
            var random = new Random(sample.Seed);
            var terms = AnyTerms(random);
            var (state, now) = Begin(terms);
            foreach (var step in sample.Steps)
            {
                now = step.Wait < 10 ? now.AddHours(step.Wait * 20) : now;
                if (Ground(terms, now, step) is { } command)
                {
                    state = LicenseMeter.Apply(state, command, now).State;
                    continue;
                }

                state = Compare(state, step.Size * 0.5m, Cut(new Random(step.Detail), step.Size), now);
            }
        },
        sample => Enumerable.Range(0, sample.Steps.Length)
            .Select(at => (sample.Seed, (Step[])[.. sample.Steps[..at], .. sample.Steps[(at + 1)..]])));

    [Fact]
    public void The_most_that_one_request_takes_is_the_most_that_all_small_ones_take() => Samples.Check(
        "the most",
        Histories,
        from seed in Gen.Choose(0, 1_000_000)
        from steps in Gen.ArrayOf(AnyStep, 8)
        select (Seed: seed, Steps: steps),
        sample =>
        {
            // A rate gives its units with time, so there is no most.
            var any = AnyTerms(new Random(sample.Seed));
            var terms = any with { Tiers = [.. any.Tiers.Where(tier => tier.Policy != Policy.RateLimit)], PriceUnit = null };
            var (state, now) = Begin(terms);
            foreach (var step in sample.Steps)
            {
                state = LicenseMeter.Apply(state, Ground(terms, now, step) ?? Use(step.Size), now).State;
            }

            const decimal Many = 10_000;
            const decimal Smallest = 0.000000001m;
            var partly = LicenseMeter.Apply(state, Use(Many) with { AllowPartial = true }, now);
            var most = partly.Answer is UsageAnswer taken ? taken.Amount : 0;
            if (most == Many)
            {
                return;
            }

            Assert.IsType<Refusal>(LicenseMeter.Apply(state, Use(most + Smallest), now).Answer);
            Assert.IsType<Refusal>(LicenseMeter.Apply(partly.State, Use(Smallest), now).Answer);
            for (var left = most; left > 0; left -= Math.Min(left, 1.7m))
            {
                var small = LicenseMeter.Apply(state, Use(Math.Min(left, 1.7m)), now);
                Assert.IsType<UsageAnswer>(small.Answer);
                state = small.State;
            }

            Assert.IsType<Refusal>(LicenseMeter.Apply(state, Use(Smallest), now).Answer);
        });

    private static LicenseState Compare(LicenseState before, decimal amount, decimal[] parts, DateTimeOffset now)
    {
        var whole = LicenseMeter.Apply(before, Use(amount), now);
        var state = before;
        var refused = false;
        var cost = 0m;
        foreach (var part in parts)
        {
            var outcome = LicenseMeter.Apply(state, Use(part), now);
            state = outcome.State;
            refused |= outcome.Answer is Refusal;
            cost += (outcome.Answer as UsageAnswer)?.Cost ?? 0;
        }

        Assert.Equal(whole.Answer is Refusal, refused);
        if (whole.Answer is UsageAnswer answer)
        {
            var (one, many) = (whole.State.Meters[0], state.Meters[0]);
            Assert.Equal(
                (one.Used, one.Overage, one.LimitUsed, one.Level, one.Cost, one.TiersEntered, one.RateNext),
                (many.Used, many.Overage, many.LimitUsed, many.Level, many.Cost, many.TiersEntered, many.RateNext));
            Assert.Equal(answer.Cost, cost);
        }

        return whole.State;
    }

    private static (LicenseState State, DateTimeOffset Now) Begin(Terms terms)
    {
        var open = new OpenLicense { LicenseId = "lic_1", TenantId = "tenant_1", Features = [Given.Of(terms)] };
        var state = LicenseMeter.Apply(null, open, World.Begin).State;
        return (
            LicenseMeter.Apply(state, new OpenBalance { Unit = "USD", Amount = 0, AllowOverage = true }, World.Begin).State, World.Begin);
    }

    // Null: the step is a use.
    private static Command? Ground(Terms terms, DateTimeOffset now, Step step) => step.Verb switch
    {
        < 15 => new AddGrant
        {
            FeatureCode = Given.Calls,
            Amount = step.Size,
            Priority = step.Detail % 3,
            ExpiresAt = step.Detail % 2 == 0 ? null : now.AddHours(step.Detail),
        },
        < 30 => new AssignFeature { Feature = Given.Of(terms with { Limit = Limits[step.Which % Limits.Length] }) },
        < 40 => new RecordUse { FeatureCode = Given.Calls, Given = step.Size },
        _ => null,
    };

    private static decimal[] Cut(Random random, int halves)
    {
        var parts = new List<decimal>();
        while (halves > 0)
        {
            var part = random.Next(1, halves + 1);
            parts.Add(part * 0.5m);
            halves -= part;
        }

        return [.. parts];
    }

    private static Terms AnyTerms(Random random)
    {
        var tiers = ImmutableArray.CreateBuilder<Tier>();
        tiers.Add(AnyTier(random, new Threshold(0, false)) with { Policy = Policy.NotifyOnly });
        decimal from = 0;
        var percent = 0;
        for (var i = 0; i < random.Next(4); i++)
        {
            from += random.Next(1, 6) * 10;
            percent += random.Next(1, 3);
            var start = random.Next(2) == 0 && percent <= Percents.Length
                ? new Threshold(Percents[percent - 1], true)
                : new Threshold(from, false);
            tiers.Add(AnyTier(random, start));
        }

        return new Terms
        {
            Limit = Limits[random.Next(Limits.Length)],
            Tiers = tiers.ToImmutable(),
            OverLimit = random.Next(2) == 0 ? Policy.Deny : Policy.AllowWithOverage,
            PriceUnit = "USD",
        };
    }

    // With Suspend the first refusal would end the history, so the other five are tried.
    private static Tier AnyTier(Random random, Threshold from) => new()
    {
        From = from,
        Level = (Level)random.Next(4),
        Policy = (Policy)random.Next(5),
        Grace = random.Next(6) * 5,
        Rate = new Rate(1, (RateInterval)random.Next(4), random.Next(1, 60)),
        UnitPrice = random.Next(4) * 0.01m,
        BasePrice = random.Next(3),
    };

    private static Gen<Step> AnyStep =>
        from verb in Gen.Choose(0, 99)
        from which in Gen.Choose(0, 99)
        from size in Gen.Choose(1, 100)
        from detail in Gen.Choose(1, 999)
        from wait in Gen.Choose(0, 99)
        select new Step(verb, which, size, detail, wait);

    private static Consume Use(decimal amount) => new() { FeatureCode = Given.Calls, Given = amount };
}
