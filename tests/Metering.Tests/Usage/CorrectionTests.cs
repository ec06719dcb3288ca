using Metering.Tests.Support;
using static Metering.Tests.Support.Given;

namespace Metering.Tests.Usage;

public sealed class CorrectionTests
{
    [Fact]
    public void A_decrement_takes_use_away_overage_first()
    {
        var world = new World(Limit(10, over: Policy.AllowWithOverage));
        world.Use(15);
        var answer = world.Do<UsageAnswer>(new DecrementUsage { FeatureCode = Calls, Amount = 6 });
        Assert.Equal((9m, 0m, 1m), (answer.Used, answer.Overage, answer.Remaining));
        var entry = world.Entries[^1];
        Assert.Equal((EntryKind.Decremented, -6m, 15m, 9m, -5m), (entry.Kind, entry.Amount, entry.Before, entry.After, entry.Overage));
    }

    [Fact]
    public void A_decrement_gives_back_what_burnt_last()
    {
        var world = new World(Limit(10, Interval.Month));
        var first = world.Grant(5, priority: 1);
        var second = world.Grant(5, priority: 2);
        world.Use(18);
        world.Do(new DecrementUsage { FeatureCode = Calls, Amount = 4 });
        Assert.Equal((4m, 0m), (world.SeeGrant(first.Id).Used, world.SeeGrant(second.Id).Used));
        Assert.Equal(10, world.Meter.LimitUsed);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(5.000000001)]
    public void A_decrement_takes_no_more_than_was_used(decimal amount)
    {
        var world = new World(Limit(10));
        world.Use(5);
        Assert.Equal("/amount", world.Do<Refusal>(new DecrementUsage { FeatureCode = Calls, Amount = amount }).Pointer);
        Assert.Equal(5, world.Meter.Used);
    }

    [Fact]
    public void A_gauge_is_corrected_by_its_next_reading()
    {
        var world = new World(Limit(10), MetricType.Gauge);
        world.Use(5);
        Assert.Equal("/feature_code", world.Do<Refusal>(new DecrementUsage { FeatureCode = Calls, Amount = 1 }).Pointer);
    }

    [Fact]
    public void What_time_brought_is_kept_once_when_the_command_is_refused()
    {
        var world = new World(Limit(10, Interval.Month), MetricType.Gauge);
        world.Use(5);
        world.WaitUntil("2026-02-01");
        world.Do<Refusal>(new DecrementUsage { FeatureCode = Calls, Amount = 1 });
        world.Do<Refusal>(new DecrementUsage { FeatureCode = Calls, Amount = 1 });
        world.Do<Refusal>(new AddGrant { FeatureCode = Calls, Amount = 1, ExpiresAt = World.Begin });
        world.Do<Refusal>(new OpenHold { FeatureCode = Calls, Amount = 1, TtlSeconds = 1 });
        Assert.Single(world.EntriesOf(EntryKind.PeriodClosed));
        Assert.Equal(At("2026-02-01"), world.Meter.Period.Start);
    }

    [Fact]
    [Rule(7)]
    public void A_decrement_gives_back_no_credit_that_was_not_drawn()
    {
        var world = new World(Priced(null, From(0) with { UnitPrice = 1 }));
        world.Record(10);
        world.Balance(5);
        world.Do<UsageAnswer>(new DecrementUsage { FeatureCode = Calls, Amount = 4 });
        Assert.Equal((-4m, null, 5m, 6m), (world.Entries[^1].Cost, world.Entries[^1].BalanceAfter, world.Usd.Amount, world.Meter.Cost));

        // Of what is partly paid the part that was, once.
        world.Use(3);
        world.Do<UsageAnswer>(new DecrementUsage { FeatureCode = Calls, Amount = 8 });
        Assert.Equal((-8m, 5m, 3m), (world.Entries[^1].Cost, world.Entries[^1].BalanceAfter, world.Entries[^1].BalanceDelta));
        Assert.Equal((1m, 0m), (world.Meter.Cost, world.Meter.Priced!.CreditDrawn));
        world.Do<UsageAnswer>(new DecrementUsage { FeatureCode = Calls, Amount = 1 });
        Assert.Equal((5m, 0m, 0m), (world.Usd.Amount, world.Usd.Spent, world.Meter.Cost));
    }

    [Fact]
    [Rule(7)]
    public void A_decrement_gives_back_no_base_price_though_units_have_become_dearer()
    {
        var world = new World(Priced(null, From(0) with { BasePrice = 5 }));
        world.Balance(100);
        world.Use(10);
        world.Do(new AssignFeature { Feature = Of(Priced(null, From(0) with { UnitPrice = 1, BasePrice = 5 })) });
        world.Use(2);
        world.Do<UsageAnswer>(new DecrementUsage { FeatureCode = Calls, Amount = 6 });
        Assert.Equal((95m, 5m), (world.Usd.Amount, world.Meter.Cost));
    }

    [Fact]
    public void A_reset_starts_at_zero_and_keeps_the_anchor()
    {
        var world = new World(Limit(10, Interval.Month));
        world.Use(10);
        var answer = world.WaitUntil("2026-01-20").Do<UsageAnswer>(new ResetUsage { FeatureCode = Calls });
        Assert.Equal((0m, 10m, new Period(At("2026-01-20"), At("2026-02-01"))), (answer.Used, answer.Remaining, answer.Period));
        Assert.Equal((-10m, 10m, 0m), (world.Entries[^1].Amount, world.Entries[^1].Before, world.Entries[^1].After));
        Assert.Equal(At("2026-03-01"), world.WaitUntil("2026-02-03").See().ResetsAt);
    }

    [Fact]
    public void A_reset_may_move_the_anchor_to_now()
    {
        var world = new World(Limit(10, Interval.Month));
        world.Use(10);
        var answer = world.WaitUntil("2026-01-20T12:00:00Z").Do<UsageAnswer>(new ResetUsage { FeatureCode = Calls, KeepAnchor = false });
        Assert.Equal(new Period(At("2026-01-20T12:00:00Z"), At("2026-02-20T12:00:00Z")), answer.Period);
    }

    [Fact]
    public void A_reset_of_everything_resets_each_metered_feature()
    {
        var world = new World(
            Of(Limit(10)),
            Of(Limit(10), "jobs", MetricType.UpDown),
            Of(Limit(10), "seats", MetricType.Gauge),
            new FeatureTerms(Boolean("pro"), Terms.Unlimited));
        world.Use(3);
        world.Use(4, "jobs");
        world.Use(5, "seats", key: "a");
        world.Do<LicenseUsage>(new ResetUsage());
        Assert.All(world.State.Meters, meter => Assert.Equal((0m, 0m), (meter.Used, meter.LimitUsed)));
        Assert.Equal(3, world.EntriesOf(EntryKind.UsageReset).Count());
        Assert.Equal(2, world.Use(2, "seats", key: "a").Used);
    }

    [Fact]
    public void After_a_reset_a_total_goes_on_from_its_last_reading()
    {
        var world = new World(Limit(1000), MetricType.Total);
        world.Use(500);
        world.Do(new ResetUsage { FeatureCode = Calls });
        Assert.Equal(10, world.Use(510).Used);
    }

    [Fact]
    public void After_a_reset_each_key_of_a_total_goes_on_from_its_last_reading()
    {
        var world = new World(Limit(1000) with { FirstReading = FirstReading.Base }, MetricType.Total);
        world.Use(500, key: "a");
        world.Use(520, key: "a");
        world.Use(70, key: "b");
        Assert.Equal(0, world.Do<UsageAnswer>(new ResetUsage { FeatureCode = Calls }).Used);
        Assert.Equal(10, world.Use(530, key: "a").Used);
        Assert.Equal(11, world.Use(71, key: "b").Used);
        Assert.Equal(11, world.Use(9, key: "c").Used);
    }

    [Fact]
    public void A_correction_keeps_what_is_said_of_it()
    {
        var world = new World(Tiered(100, FromPercent(80, Level.Warning, Policy.NotifyOnly)));
        world.Use(50);
        var metadata = System.Text.Json.JsonSerializer.SerializeToElement(new { by = "ann" });
        var note = new Note { Reason = "counted twice", Reference = "ticket-9", Metadata = metadata };
        Says(new DecrementUsage { FeatureCode = Calls, Amount = 5, Note = note }, EntryKind.Decremented);
        Says(new ResumeUsage { FeatureCode = Calls, Note = note }, EntryKind.UsageResumed);
        Says(new ResetUsage { FeatureCode = Calls, Note = note }, EntryKind.UsageReset);
        Says(new ResetUsage { Note = note }, EntryKind.UsageReset);
        Says(new ResetUsage { TopUp = 3, Note = note }, EntryKind.GrantAdded);
        var grant = Assert.IsType<GrantAnswer>(Says(new AddGrant { FeatureCode = Calls, Amount = 5, Note = note }, EntryKind.GrantAdded));
        Assert.Equal(grant.Id, world.Entries[^1].GrantId);
        Says(new VoidGrant { GrantId = grant.Id, Note = note }, EntryKind.GrantEnded);
        Assert.Equal(grant.Id, world.Entries[^1].GrantId);
        Says(new OpenBalance { Unit = "USD", Amount = 10, Note = note }, EntryKind.BalanceOpened);
        Says(new ChangeBalance { Unit = "USD", Change = BalanceChange.TopUp, Amount = 1, Note = note }, EntryKind.BalanceToppedUp);
        Says(new ChangeBalance { Unit = "USD", Change = BalanceChange.Withdraw, Amount = 1, Note = note }, EntryKind.BalanceWithdrawn);
        Says(new ChangeBalance { Unit = "USD", Change = BalanceChange.Suspend, Note = note }, EntryKind.BalanceSuspended);
        Says(new ChangeBalance { Unit = "USD", Change = BalanceChange.Resume, Note = note }, EntryKind.BalanceResumed);

        Answer Says(Command command, EntryKind kind)
        {
            var answer = world.Do(command);
            var entry = Assert.Single(world.Last.Entries, entry => entry.Kind == kind);
            Assert.Equal(
                ("counted twice", "ticket-9", "ann"),
                (entry.Reason, entry.CallerReference, entry.Metadata!.Value.GetProperty("by").GetString()));
            return answer;
        }
    }

    [Fact]
    public void A_top_up_answers_how_the_feature_stands_with_it()
    {
        var world = new World(Limit(10));
        world.Use(4);
        var answer = world.Do<UsageAnswer>(new ResetUsage { FeatureCode = Calls, TopUp = 5 });
        Assert.Equal((4m, 15m, 11m), (answer.Used, answer.Allowance, answer.Remaining));
    }

    [Fact]
    public void A_command_may_mean_the_only_metered_feature()
    {
        var world = new World(Of(Limit(10)), new FeatureTerms(Boolean("pro"), Terms.Unlimited));
        Assert.Equal((Calls, 3m), (world.Use(3, code: "").FeatureCode, world.See().Used));
        Assert.Equal(Calls, world.Entries[^1].FeatureCode);
        Assert.Equal(1, world.Do<UsageAnswer>(new DecrementUsage { FeatureCode = "", Amount = 2 }).Used);
        Assert.Equal(0, world.Do<UsageAnswer>(new ResetUsage { FeatureCode = "" }).Used);
        world.Do(new AssignFeature { Feature = Of(Limit(5), "jobs") });
        Assert.Equal("/feature_code", world.Do<Refusal>(new Consume { FeatureCode = "" }).Pointer);
        Assert.Equal("/feature_code", world.Do<Refusal>(new ResetUsage { TopUp = 1 }).Pointer);
    }

    [Fact]
    public void A_reset_rolls_nothing_over()
    {
        var world = new World(Limit(10, Interval.Month) with { RolloverMax = 10 });
        world.Do(new ResetUsage { FeatureCode = Calls });
        Assert.Equal(10, world.See().Allowance);
    }

    [Fact]
    public void A_resume_lifts_a_suspension_once()
    {
        var world = new World(Tiered(10, FromPercent(100, Level.OverUsage, Policy.SuspendUsage)));
        world.Refuse(RefusalCode.UsageSuspended, 11);
        world.Refuse(RefusalCode.UsageSuspended, 1);
        world.Do<UsageAnswer>(new ResumeUsage { FeatureCode = Calls });
        world.Do<UsageAnswer>(new ResumeUsage { FeatureCode = Calls });
        Assert.Equal([null, "was not suspended"], world.EntriesOf(EntryKind.UsageResumed).Select(entry => entry.Detail));
        Assert.Single(world.SignalsOf(SignalType.UsageResumed));
        Assert.Equal(1, world.Use(1).Used);
    }

    [Fact]
    public void Corrections_of_a_feature_that_is_not_there_are_refused()
    {
        var world = new World(Limit(10));
        Assert.Equal(RefusalCode.FeatureNotAssigned, world.Do<Refusal>(new DecrementUsage { FeatureCode = "x", Amount = 1 }).Code);
        Assert.Equal(RefusalCode.FeatureNotAssigned, world.Do<Refusal>(new ResetUsage { FeatureCode = "x" }).Code);
        Assert.Equal(RefusalCode.FeatureNotAssigned, world.Do<Refusal>(new ResumeUsage { FeatureCode = "x" }).Code);
    }
}
