using FsCheck;
using FsCheck.Fluent;
using Metering.Tests.Properties;
using Metering.Tests.Support;
using static Metering.Tests.Support.Given;

namespace Metering.Tests.Reference;

/// <summary>The meter and a slow, obvious second implementation come to the same, to the last digit.</summary>
[Rule(5)]
[Rule(6)]
[Rule(7)]
public sealed class ReferenceProperties
{
    private const int Histories = 150;
    private static readonly DateTimeOffset Never = DateTimeOffset.MaxValue;

    [Fact]
    public void Burn_down_and_prices_agree_with_counting_by_hand() => Samples.Check(
        "reference",
        Histories,
        from seed in Gen.Choose(0, 1_000_000)
        from steps in Gen.ArrayOf(AnyStep, 50)
        select new Sample(seed, steps),
        Compare,
        sample => new History(sample.Seed, sample.Steps).Shorter().Select(shorter => new Sample(shorter.Seed, shorter.Steps)));

    private static Gen<Step> AnyStep =>
        from verb in Gen.Choose(0, 99)
        from which in Gen.Choose(0, 99)
        from size in Gen.Choose(1, 60)
        from detail in Gen.Choose(0, 999)
        from wait in Gen.Choose(0, 99)
        select new Step(verb, which, size, detail, wait);

    private static void Compare(Sample sample)
    {
        var random = new Random(sample.Seed);
        var limit = random.Next(0, 12) * 10m;
        Tier[] tiers = [.. AnyTiers(random)];
        var terms = new Terms
        {
            Limit = limit,
            Reset = new Reset { Interval = Interval.Month, Anchor = AnchorKind.Calendar },
            Tiers = [.. tiers],
            PriceUnit = "USD",
        };
        var world = new World(terms);
        var reference = new ReferenceMeter(limit, tiers, world.Now);
        world.Balance(0);
        foreach (var step in sample.Steps)
        {
            world.Wait(step.Wait switch
            {
                < 60 => TimeSpan.Zero,
                < 85 => TimeSpan.FromHours(step.Which),
                < 95 => MonthOf(world.Now).AddMonths(1).AddHours(step.Which % 20) - world.Now,
                _ => TimeSpan.FromDays(step.Which % 70),
            });
            reference.LetTimePass(world.Now);
            Play(world, reference, terms, step);
            Same(world, reference);
        }
    }

    private static void Play(World world, ReferenceMeter reference, Terms terms, Step step)
    {
        switch (step.Verb)
        {
            case < 20:
                var amount = step.Size * 5m;
                var from = step.Detail % 3 == 0 ? world.Now.AddHours(step.Which) : world.Now;
                var until = step.Detail % 4 == 0 ? Never : from.AddHours(1 + step.Detail);
                var grant = world.Do<GrantAnswer>(new AddGrant
                {
                    FeatureCode = Given.Calls,
                    Amount = amount,
                    Priority = step.Detail % 3,
                    EffectiveAt = from == world.Now ? null : from,
                    ExpiresAt = until == Never ? null : until,
                });
                reference.Grant(grant.Id, amount, step.Detail % 3, from, until);
                break;
            case < 28:
                var limit = step.Size % 20 * 10m;
                world.Do<AssignmentAnswer>(new AssignFeature { Feature = Of(terms with { Limit = limit }) });
                reference.ChangeLimit(limit);
                break;
            case < 45:
                world.Do<BalanceAnswer>(new ChangeBalance { Unit = "USD", Change = BalanceChange.TopUp, Amount = step.Size });
                reference.TopUp(step.Size);
                break;
            case < 60 when reference.LastMonth is not null && world.Now < MonthOf(world.Now).AddHours(20):
                var late = step.Size * 0.5m;
                var recorded = world.Record(late, at: MonthOf(world.Now).AddHours(-1));
                Assert.Equal(reference.RecordLate(late), recorded.Cost);
                break;
            case < 70 when reference.Used > 0:
                // Prices of corrections have tests of their own.
                var much = Math.Min(step.Size * 0.5m, reference.Used);
                world.Do<UsageAnswer>(new DecrementUsage { FeatureCode = Given.Calls, Amount = much });
                reference.Correct(much, world.Entries[^1].Cost, world.Entries[^1].BalanceDelta, world.Now);
                break;
            default:
                var use = step.Size * 0.5m;
                var (refusal, cost) = reference.Consume(use, world.Now);
                var answer = world.Do(new Consume { FeatureCode = Given.Calls, Given = use });
                Assert.Equal(refusal, (answer as Refusal)?.Code);
                Assert.Equal(cost, (answer as UsageAnswer)?.Cost ?? 0);
                break;
        }
    }

    private static void Same(World world, ReferenceMeter reference)
    {
        var seen = world.See();
        Assert.Equal(
            (reference.Used, reference.Overage, reference.LevelAt(world.Now)),
            (seen.Used, seen.Overage, seen.Level));
        Assert.Equal(reference.Balance, world.Usd.Amount);
        if (world.Meter.Period == seen.Period)
        {
            Assert.Equal(reference.Cost, world.Meter.Cost);
        }

        if (world.Meter.Past is { Periods: [.., var closed] } && closed.Period.End == seen.Period!.Start)
        {
            var last = reference.LastMonth!;
            Assert.Equal((last.Used, last.Overage, last.Cost), (closed.Used, closed.Overage, closed.Cost));
        }

        var grants = LicenseMeter.Grants(world.State, world.Now, MeterRules.Default).ToDictionary(grant => grant.Id);
        foreach (var bucket in reference.Grants.Where(bucket => grants.ContainsKey(bucket.Id)))
        {
            Assert.Equal(bucket.Used, grants[bucket.Id].Used);
            Assert.Equal(bucket.IsOpen(world.Now) ? bucket.Left : 0, grants[bucket.Id].Remaining);
        }
    }

    private static DateTimeOffset MonthOf(DateTimeOffset at) => new(at.Year, at.Month, 1, 0, 0, 0, TimeSpan.Zero);

    // Starts, and so boundaries, are multiples of the reference's smallest step for every allowance that can come about.
    private static IEnumerable<Tier> AnyTiers(Random random)
    {
        yield return Priced(random, new Threshold(0, false), Level.Normal, Policy.NotifyOnly);
        if (random.Next(2) == 0)
        {
            yield return Priced(random, new Threshold(random.Next(1, 40), false), Level.Normal, Policy.NotifyOnly);
        }

        if (random.Next(2) == 0)
        {
            yield return Priced(random, new Threshold(40, true), Level.Warning, Policy.NotifyOnly);
        }

        if (random.Next(2) == 0)
        {
            yield return Priced(random, new Threshold(80, true), Level.Critical, Policy.NotifyOnly);
        }

        var over = random.Next(4) switch
        {
            0 => Policy.Deny,
            1 => Policy.AllowWithGrace,
            _ => Policy.AllowWithOverage,
        };
        yield return Priced(random, new Threshold(100, true), Level.OverUsage, over) with { Grace = random.Next(8) * 5 };
        if (random.Next(2) == 0)
        {
            yield return Priced(
                random, new Threshold(120, true), Level.OverUsage, random.Next(2) == 0 ? Policy.Deny : Policy.AllowWithOverage);
        }

        if (random.Next(3) == 0)
        {
            yield return Priced(
                random, new Threshold(random.Next(40, 200), false), Level.OverUsage, random.Next(2) == 0 ? Policy.Deny : Policy.NotifyOnly);
        }
    }

    private static Tier Priced(Random random, Threshold from, Level level, Policy policy) => new()
    {
        From = from,
        Level = level,
        Policy = policy,
        UnitPrice = random.Next(4) * 0.017m,
        BasePrice = random.Next(3) * 0.75m,
    };

    private sealed record Sample(int Seed, Step[] Steps)
    {
        public override string ToString() => $"seed {Seed}:{Environment.NewLine}{string.Join(Environment.NewLine, Steps)}";
    }
}
