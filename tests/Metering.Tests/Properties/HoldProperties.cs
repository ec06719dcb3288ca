using FsCheck;
using FsCheck.Fluent;
using Metering.Tests.Support;

namespace Metering.Tests.Properties;

/// <summary>Holds: their ends written late decide as if written at once, and their credit is the price of what they will come to.</summary>
public sealed class HoldProperties
{
    private const int Runs = 150;
    private static readonly decimal[] Amounts = [1, 2, 3, 0.5m, 7, 12, 0.25m, 20];

    [Fact]
    public void A_set_of_holds_knows_what_a_list_of_them_says() => Samples.Check(
        "hold set",
        Runs,
        Gen.ArrayOf(AnyStep, 120),
        steps =>
        {
            var set = HoldSet.Empty;
            var list = new Dictionary<string, HoldState>();
            foreach (var step in steps)
            {
                var id = "res_" + (step.Which % 40);
                if (step.Verb < 20)
                {
                    set = set.Without(id);
                    list.Remove(id);
                }
                else
                {
                    var hold = new HoldState
                    {
                        Id = id,
                        FeatureCode = step.Which % 3 == 0 ? "jobs" : "calls",
                        Left = Amounts[step.Size % Amounts.Length],
                        ExpiresAt = World.Begin.AddSeconds(step.Detail % 30),
                        Closed = step.Verb < 35,
                    };
                    set = set.With(hold);
                    list[id] = hold;
                }

                var at = World.Begin.AddSeconds(step.Wait % 32);
                foreach (var same in new[] { set, HoldSet.Of(list.Values) })
                {
                    var open = list.Values.Where(hold => hold.IsOpenAt(at)).ToList();
                    Assert.Equal(open.Count, same.OpenAt(at));
                    Assert.Equal(open.Where(hold => hold.FeatureCode == "calls").Sum(hold => hold.Left), same.LeftAt("calls", at));
                    Assert.Equal(open.Where(hold => hold.FeatureCode == "jobs").Sum(hold => hold.Left), same.LeftAt("jobs", at));
                    var inOrder = list.Values.OrderBy(hold => hold.Closed).ThenBy(hold => hold.ExpiresAt)
                        .ThenBy(hold => hold.Id, StringComparer.Ordinal);
                    Assert.Equal(inOrder, same);
                    Assert.Equal(list.Values.Where(hold => !hold.Closed).Min(hold => (DateTimeOffset?)hold.ExpiresAt), same.NextExpiry);
                    Assert.Equal(inOrder.FirstOrDefault(hold => !hold.Closed && hold.ExpiresAt <= at), same.FirstOver(at));
                }
            }
        });

    [Fact]
    public void Ends_that_are_written_late_decide_as_if_written_at_once() => Samples.Check(
        "late ends",
        Runs,
        Gen.ArrayOf(AnyStep, 40),
        steps =>
        {
            var lazy = Begin(steps);
            var eager = Begin(steps);
            foreach (var step in steps)
            {
                var time = step.Wait % 3 == 0 ? TimeSpan.FromSeconds(step.Wait % 40) : TimeSpan.Zero;
                lazy.Wait(time);
                WriteAll(eager.Wait(time));
                for (var i = 0; i < (step.Verb < 12 ? 90 : 1); i++)
                {
                    var answer = Plain(lazy.Do(CommandOf(lazy, step)));
                    Assert.Equal(Plain(eager.Do(CommandOf(eager, step))), answer);
                }

                Assert.Equal(Seen(eager), Seen(lazy));
                Assert.True(lazy.Last.Entries.Count(entry => entry.Kind == EntryKind.HoldExpired) <= MeterLimits.MaxHoldsEndedPerCommand);
            }

            WriteAll(lazy);
            Assert.Equal(Seen(eager), Seen(lazy));
            Assert.Equal(
                eager.EntriesOf(EntryKind.HoldExpired).Select(entry => entry.Amount).Order(),
                lazy.EntriesOf(EntryKind.HoldExpired).Select(entry => entry.Amount).Order());
        });

    [Fact]
    public void Credit_held_is_what_settling_every_open_hold_would_cost() => Samples.Check(
        "credit held",
        Runs,
        Gen.ArrayOf(AnyStep, 30),
        steps =>
        {
            var world = Begin(steps);
            foreach (var step in steps)
            {
                world.Wait(TimeSpan.FromSeconds(step.Wait % 3 == 0 ? step.Wait % 40 : 0)).Do(CommandOf(world, step));
                var settled = world.State;
                foreach (var hold in world.State.Holds.Where(hold => hold.IsOpenAt(world.Now)).OrderBy(hold => hold.Left))
                {
                    Command settle = hold.Kind == HoldKind.Lease
                        ? new RecordUse { FeatureCode = hold.FeatureCode, LeaseId = hold.Id, Given = hold.Left }
                        : new CommitHold { HoldId = hold.Id };
                    settled = LicenseMeter.Apply(settled, settle, world.Now).State;
                }

                var spent = LicenseMeter.Balances(settled, world.Now, MeterRules.Default).Single();
                Assert.Equal(0, spent.Held);
                Assert.Equal(spent.Spent - world.Usd.Spent, world.Usd.Held);
            }
        });

    [Fact]
    public void Holds_and_use_in_any_order_cost_what_the_same_use_costs_without_holds() => Samples.Check(
        "cost of holds",
        Runs,
        Gen.ArrayOf(AnyStep, 30),
        steps =>
        {
            var world = Begin(steps);
            foreach (var step in steps)
            {
                world.Wait(TimeSpan.FromSeconds(step.Wait % 3 == 0 ? step.Wait % 40 : 0)).Do(CommandOf(world, step));
                foreach (var code in Codes)
                {
                    var (used, held) = (world.See(code).Used, world.See(code).Held);
                    var plain = Begin(steps);
                    if (used + held > 0)
                    {
                        plain.Do(new ChangeBalance { Unit = "USD", Change = BalanceChange.TopUp, Amount = 1_000_000 });
                        plain.Record(used + held, code);
                    }

                    Assert.Equal(plain.State.FindMeter(code)!.Cost, world.State.FindMeter(code)!.Cost + Held(world, code));
                }

                Assert.True(world.Usd.Available >= 0, "credit was promised twice");
            }
        });

    private static readonly string[] Codes = ["calls", "jobs"];

    private static Gen<Step> AnyStep =>
        from verb in Gen.Choose(0, 99)
        from which in Gen.Choose(0, 999)
        from size in Gen.Choose(0, 999)
        from detail in Gen.Choose(0, 999)
        from wait in Gen.Choose(0, 999)
        select new Step(verb, which, size, detail, wait);

    // Two features draw on one balance; tiers begin where several holds lie on both sides. No product of amount and price needs rounding.
    private static World Begin(Step[] steps)
    {
        var calls = new Terms
        {
            Limit = 400,
            PriceUnit = "USD",
            Tiers = [Priced(0, 0.3m, 6), Priced(5, 2, 30), Priced(40, 0.5m, 0)],
        };
        var jobs = new Terms { Limit = 300, PriceUnit = "USD", Tiers = [Priced(0, 1, 2), Priced(10, 0, 7)] };
        var world = new World(Given.Of(calls), Given.Of(jobs, "jobs"));
        world.Balance(steps.Length == 0 ? 100 : 50 + (steps[0].Size * 3));
        return world;
    }

    private static Tier Priced(decimal from, decimal unit, decimal basePrice) =>
        new() { From = new Threshold(from, false), UnitPrice = unit, BasePrice = basePrice };

    private static Command CommandOf(World world, Step step)
    {
        var amount = Amounts[step.Size % Amounts.Length];
        var code = Codes[step.Which % 2];
        return step.Verb switch
        {
            < 50 => new OpenHold
            {
                FeatureCode = code,
                Amount = step.Verb < 12 ? 0.25m : amount,
                TtlSeconds = 1 + (step.Detail % 60),
                Kind = (HoldKind)(step.Detail % 2),
                Fingerprint = "machine_1",
            },
            < 65 => new Consume { FeatureCode = code, Given = amount },
            < 80 => new CommitHold { HoldId = Hold(world, step), Amount = step.Detail % 3 == 0 ? null : step.Detail % 7 == 0 ? 0 : amount },
            < 90 => new ReleaseHold { HoldId = Hold(world, step) },
            _ => new SyncLease { HoldId = Hold(world, step), Close = step.Detail % 2 == 0 },
        };
    }

    // By place, since ids differ with what was written before.
    private static string Hold(World world, Step step)
    {
        var holds = world.State.Holds.Where(hold => hold.IsOpenAt(world.Now)).OrderBy(hold => hold.CreatedAt).ThenBy(Number).ToList();
        return holds.Count == 0 ? "res_0" : holds[step.Which % holds.Count].Id;
    }

    private static long Number(HoldState hold) => long.Parse(hold.Id[4..], System.Globalization.CultureInfo.InvariantCulture);

    private static void WriteAll(World world)
    {
        while (world.State.Holds.FirstOver(world.Now) is not null)
        {
            world.Do(new ResumeUsage { FeatureCode = "none" });
        }
    }

    private static decimal Held(World world, string code)
    {
        // The other feature's part of what is held is what remains when this one's holds are gone.
        var state = world.State;
        foreach (var hold in state.Holds.Where(hold => hold.FeatureCode == code && hold.IsOpenAt(world.Now)))
        {
            Command release = hold.Kind == HoldKind.Lease
                ? new SyncLease { HoldId = hold.Id, Close = true }
                : new ReleaseHold { HoldId = hold.Id };
            state = LicenseMeter.Apply(state, release, world.Now).State;
        }

        return world.Usd.Held - LicenseMeter.Balances(state, world.Now, MeterRules.Default).Single().Held;
    }

    private static Answer Plain(Answer answer) => answer switch
    {
        UsageAnswer usage => usage with { Sequence = 0, Signals = [] },
        HoldAnswer hold => hold with { Id = "" },
        Refusal refusal =>
            refusal with { Detail = "", Usage = refusal.Usage is { } usage ? usage with { Sequence = 0, Signals = [] } : null },
        _ => new Done(0),
    };

    private static string Seen(World world) => string.Join(
        '\n',
        LicenseMeter.Usage(world.State, world.Now, MeterRules.Default).Select(usage => (object)(usage with { Sequence = 0, Signals = [] }))
            .Concat(LicenseMeter.Balances(world.State, world.Now, MeterRules.Default)));
}
