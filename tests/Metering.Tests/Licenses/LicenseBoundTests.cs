using Metering.Tests.Support;
using static Metering.Tests.Support.Given;

namespace Metering.Tests.Licenses;

/// <summary>What changes of a license say and leave alone: mutants of it that no other test had noticed.</summary>
public sealed class LicenseBoundTests
{
    private static readonly DateTimeOffset Expiry = At("2027-01-01");

    [Fact]
    [Rule(12)]
    public void A_suspension_leaves_expiry_and_features_as_they_are_and_says_so()
    {
        var world = Expiring();
        Assert.Equal((true, Expiry), Said(world.Do<LicenseAnswer>(new ChangeLicense { Suspended = true })));
        Assert.Equal((EntryKind.LicenseChanged, "suspended"), (world.Entries[^1].Kind, world.Entries[^1].Detail));
        Assert.Equal("suspended", Assert.Single(world.SignalsOf(SignalType.LicenseChanged)).Detail);
        Assert.Null(Assert.Single(world.Meter.Spans).Until);

        Assert.Equal((true, null), Said(world.Do<LicenseAnswer>(new ChangeLicense { SetExpiry = true })));
        Assert.Equal("expiry changed", world.Entries[^1].Detail);
        Assert.Equal((false, null), Said(world.Do<LicenseAnswer>(new ChangeLicense { Suspended = false, ExpiresAt = Expiry })));
        Assert.Equal("resumed", world.Entries[^1].Detail);
        world.Use(1);
    }

    [Fact]
    public void A_deletion_ends_the_features_that_the_license_has_and_no_earlier_ones_again()
    {
        var world = new World(Of(Limit(10)), Of(Limit(10), "gone"));
        world.WaitUntil("2026-01-05").Do(new UnassignFeature { FeatureCode = "gone" });
        world.WaitUntil("2026-01-07").Do(new ChangeLicense { Deleted = true });
        Assert.Equal(At("2026-01-07"), Assert.Single(world.Meter.Spans).Until);
        Assert.Equal(At("2026-01-05"), Assert.Single(world.State.FindMeter("gone")!.Spans).Until);
        Assert.Equal("deleted", world.Entries[^1].Detail);

        // A second one, after a fault halfway, changes nothing; and there is no way back.
        Assert.True(world.Do<LicenseAnswer>(new ChangeLicense { Deleted = true }).Deleted);
        Assert.Empty(world.Last.Entries);
        Assert.Equal(RefusalCode.LicenseNotFound, world.Do<Refusal>(new ChangeLicense { Deleted = false }).Code);
    }

    [Fact]
    public void A_feature_that_became_another_one_was_had_before_too()
    {
        var world = new World(Limit(10));
        world.WaitUntil("2026-01-05").Do(new UnassignFeature { FeatureCode = Calls });
        world.WaitUntil("2026-01-07").Do(new AssignFeature { Feature = Of(Limit(10), metric: MetricType.Gauge) });
        Assert.Equal([At("2026-01-01"), At("2026-01-07")], world.Meter.Spans.Select(span => span.From));
    }

    [Fact]
    public void A_feature_is_had_from_the_instant_on_in_which_it_came()
    {
        var span = new FeatureSpan(At("2026-01-05"), At("2026-01-07"));
        Assert.Equal(
            [false, true, true, false],
            new[] { span.From.AddTicks(-1), span.From, span.Until!.Value.AddTicks(-1), span.Until.Value }.Select(span.Contains));
        Assert.True((span with { Until = null }).Contains(At("2999-01-01")));
    }

    [Fact]
    public void Of_plans_with_the_same_limit_the_first_gives_the_feature()
    {
        var world = new World();
        world.Do(new SetPlans { Plans = [Plan("a", "x", Of(Limit(10))), Plan("b", "y", Of(Limit(10))), Plan("c", "z", Of(Limit(9)))] });
        Assert.Equal("a", world.Meter.PlanId);
        world.Do(new SetPlans { Plans = [Plan("a", "x", Of(Limit(10))), Plan("b", "y", Of(Limit(11)))] });
        Assert.Equal("b", world.Meter.PlanId);
        world.Do(new SetPlans { Plans = [Plan("a", "x", Of(Limit(null))), Plan("b", "y", Of(Limit(11)))] });
        Assert.Equal("a", world.Meter.PlanId);
    }

    [Fact]
    [Rule(3)]
    public void Other_terms_with_the_same_reset_keep_the_anchor_that_an_operators_reset_had_moved()
    {
        var world = new World(Limit(10, Interval.Month));
        world.WaitUntil("2026-01-10").Do(new ResetUsage { FeatureCode = Calls, KeepAnchor = false });
        world.WaitUntil("2026-01-12").Do(new AssignFeature { Feature = Of(Limit(20, Interval.Month)) });
        Assert.Equal((At("2026-01-10"), At("2026-02-10")), (world.See().Period!.Start, world.See().ResetsAt));
        Assert.Equal(At("2026-03-10"), world.WaitUntil("2026-02-11").See().ResetsAt);
    }

    [Fact]
    [Rule(7)]
    public void Other_terms_with_the_same_tiers_charge_no_base_price_again()
    {
        var terms = Priced(100, From(0) with { UnitPrice = 1 }, From(10) with { UnitPrice = 1, BasePrice = 50 });
        var world = new World(terms);
        world.Balance(1_000);
        Assert.Equal(65, world.Use(15).Cost);
        world.Do(new DecrementUsage { FeatureCode = Calls, Amount = 10 });
        world.Do(new AssignFeature { Feature = Of(terms with { Limit = 200 }) });
        Assert.Equal(10, world.Use(10).Cost);
    }

    [Fact]
    [Rule(9)]
    public void What_time_brought_to_a_feature_that_is_gone_is_kept_with_its_evidence_also_where_its_late_use_is_refused()
    {
        var world = new World(Limit(null, Interval.Month));
        world.WaitUntil("2026-01-31T20:00:00Z").Record(Amount.MaxTotal);
        world.WaitUntil("2026-01-31T21:00:00Z").Do(new UnassignFeature { FeatureCode = Calls });
        world.WaitUntil("2026-02-01T06:00:00Z").Do<Refusal>(
            new RecordUse { FeatureCode = Calls, Given = 1, OccurredAt = At("2026-01-31T20:30:00Z") });
        Assert.Equal(EntryKind.PeriodClosed, Assert.Single(world.Last.Entries).Kind);
        Assert.Equal((At("2026-02-01"), 0m), (world.Meter.Period.Start, world.Meter.Used));
    }

    public static TheoryData<Command> Changes =>
    [
        new ChangeLicense { Suspended = true },
        new ChangeLicense { Deleted = true },
        new ChangeLicense { SetExpiry = true },
        new SetPlans { Plans = [Plan("a", "x")] },
        new AssignFeature { Feature = new FeatureTerms(Machines.Feature, Limit(8)) },
    ];

    [Theory]
    [MemberData(nameof(Changes))]
    public void Whatever_changes_of_a_license_makes_it_another_and_use_does_not(Command command)
    {
        var world = Expiring();
        var before = world.State;
        world.Use(1);
        Assert.True(LicenseAnswer.IsSame(before, world.State));
        world.Do(command);
        Assert.False(LicenseAnswer.IsSame(before, world.State));
        Assert.NotEqual(LicenseAnswer.Of(before), LicenseAnswer.Of(world.State));
    }

    [Fact]
    public void Anchor_and_time_zone_are_of_the_license_too()
    {
        var state = Expiring().State;
        Assert.False(LicenseAnswer.IsSame(state, state with { Anchor = Expiry }));
        Assert.False(LicenseAnswer.IsSame(state, state with { TimeZone = "Europe/Berlin" }));
        Assert.True(LicenseAnswer.IsSame(state, state with { LastSeen = Expiry }));
    }

    private static World Expiring() => new(
        World.Begin, new OpenLicense { LicenseId = "lic_1", TenantId = "t", ExpiresAt = Expiry, Features = [Of(Limit(10))] });

    private static (bool Suspended, DateTimeOffset? ExpiresAt) Said(LicenseAnswer answer) => (answer.Suspended, answer.ExpiresAt);
}
