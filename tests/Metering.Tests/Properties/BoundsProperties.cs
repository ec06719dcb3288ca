using FsCheck;
using FsCheck.Fluent;
using Metering.Tests.Support;

namespace Metering.Tests.Properties;

/// <summary>Amounts at the edge of what an amount may be never overflow, are never lost, and never pass what a total may be.</summary>
[Rule(1)]
public sealed class BoundsProperties
{
    private const int Histories = 200;

    private static readonly decimal[] Edges =
    [
        Amount.Max, Amount.Max, Amount.Max, Amount.Max - 0.000000001m, 999_999_999_999_999m, 500_000_000_000_000.5m, 0.000000001m, 1,
        0.999999999m,
    ];

    private static readonly string[] Codes = ["calls", "meter_total", "seats", "jobs"];

    [Fact]
    public void Amounts_at_the_bounds_never_overflow() => Samples.Check(
        "bounds",
        Histories,
        from seed in Gen.Choose(0, 100_000)
        from steps in Gen.ArrayOf(AnyStep, 40)
        select (Seed: seed, Steps: steps),
        sample =>
        {
            var random = new Random(sample.Seed);
            var open = new OpenLicense
            {
                LicenseId = "lic_1",
                TenantId = "tenant_1",
                Features = [.. Codes.Select(code => Given(random, code))],
            };
            var audit = new Audit();
            var now = World.Begin;
            var outcome = LicenseMeter.Apply(null, open, now);
            audit.Take(outcome);
            foreach (var step in sample.Steps)
            {
                now = now.AddMinutes(step.Wait * (double)step.Wait);
                outcome = LicenseMeter.Apply(outcome.State, CommandOf(outcome.State, step), now);
                audit.Take(outcome);
                Invariants.Hold(outcome.State, now);
                Assert.All(outcome.State.Meters, meter => Assert.InRange(meter.Used, 0, Amount.MaxTotal));
                Assert.All(outcome.State.Meters, meter => Assert.InRange(meter.Cost, -Amount.MaxTotal, Amount.MaxTotal));
                Assert.All(outcome.State.Balances, balance => Assert.InRange(balance.Amount, -Amount.MaxTotal, Amount.MaxTotal));
                LicenseMeter.Usage(outcome.State, now, MeterRules.Default);
                LicenseMeter.Check(
                    outcome.State, Codes[step.Which % Codes.Length], Edges[step.Size % Edges.Length], null, now, MeterRules.Default);
            }
        },
        sample => Enumerable.Range(0, sample.Steps.Length)
            .Select(at => (sample.Seed, (Step[])[.. sample.Steps[..at], .. sample.Steps[(at + 1)..]])));

    private static Gen<Step> AnyStep =>
        from verb in Gen.Choose(0, 13)
        from which in Gen.Choose(0, 99)
        from size in Gen.Choose(0, 99)
        from wait in Gen.Choose(0, 300)
        select new Step(verb, which, size, size + which, wait);

    private static FeatureTerms Given(Random random, string code) => new(
        Scenario.Metered.Single(feature => feature.Code == code),
        new Terms
        {
            Limit = random.Next(3) == 0 ? null : Edge(random),
            Reset = new Reset { Interval = (Interval)random.Next(6) },
            OverLimit = random.Next(2) == 0 ? Policy.Deny : Policy.AllowWithOverage,
            RolloverMax = random.Next(2) == 0 ? null : Edge(random),
            PriceUnit = random.Next(4) == 0 ? null : "USD",
            Tiers =
            [
                new Tier { UnitPrice = random.Next(2) == 0 ? Edge(random) : 1, BasePrice = Edge(random) },
                new Tier
                {
                    From = new Threshold(random.Next(2) == 0 ? Edge(random) : 1000, false),
                    Level = Level.Warning,
                    Policy = random.Next(2) == 0 ? Policy.RateLimit : Policy.AllowWithGrace,
                    Rate = new Rate(Edge(random), (RateInterval)random.Next(4), Edge(random)),
                    Grace = Edge(random),
                    UnitPrice = Edge(random),
                },
                new Tier
                {
                    From = new Threshold(1000, true),
                    Level = Level.OverUsage,
                    Policy = Policy.AllowWithOverage,
                    UnitPrice = 0.000000001m,
                },
            ],
        });

    private static decimal Edge(Random random) => Edges[random.Next(Edges.Length)];

    private static Command CommandOf(LicenseState state, Step step)
    {
        var code = Codes[step.Which % Codes.Length];
        var amount = Edges[step.Size % Edges.Length];
        var hold = state.Holds.Select(hold => hold.Id).Order(StringComparer.Ordinal).FirstOrDefault() ?? "res_0";
        return step.Verb switch
        {
            0 or 1 or 2 => new Consume { FeatureCode = code, Given = amount, AllowPartial = step.Detail % 2 == 0 },
            3 or 4 => new RecordUse { FeatureCode = code, Given = amount, UserId = "user_1" },
            5 => new DecrementUsage { FeatureCode = code, Amount = amount },
            6 => new AddGrant { FeatureCode = code, Amount = amount, RolloverMax = step.Detail % 2 == 0 ? null : amount },
            7 => new OpenBalance { Unit = "USD", Amount = amount, AllowOverage = step.Detail % 2 == 0 },
            8 => new ChangeBalance { Unit = "USD", Change = BalanceChange.TopUp, Amount = amount },
            9 => new ChangeBalance { Unit = "USD", Change = BalanceChange.Withdraw, Amount = amount },
            10 => new OpenHold { FeatureCode = "calls", Amount = amount, TtlSeconds = 3600 },
            11 => new CommitHold { HoldId = hold, Amount = amount },
            12 => new RecordUse { FeatureCode = code, Given = amount, LeaseId = hold },
            _ => new ResetUsage { FeatureCode = code },
        };
    }
}
