using Metering.Tests.Support;
using static Metering.Tests.Support.Given;

namespace Metering.Tests.Periods;

/// <summary>From when until when use is billed by days, because it counted in a period without an end.</summary>
[Rule(7)]
public sealed class EndlessSpanTests
{
    private static readonly FeatureTerms Forever = Of(Limit(100));
    private static readonly FeatureTerms Monthly = Of(Limit(100, Interval.Month));

    [Fact]
    public void A_metered_feature_without_a_reset_is_billed_by_days_from_the_day_on_which_it_came()
    {
        var world = new World(Of(Limit(null, Interval.Month), "other"), new FeatureTerms(Boolean("flag"), Limit(null)));
        world.WaitUntil("2026-01-05T15:30:00Z").Do(new AssignFeature { Feature = Of(Priced(null) with { Reset = Reset.Never }) });

        Spans(world, new EndlessSpan(At("2026-01-05"), At("2026-01-05"), null, "USD"));
        Assert.Empty(world.State.FindMeter("other")!.Endless);
        Assert.Empty(world.State.FindMeter("flag")!.Endless);
        world.Do(new AssignFeature { Feature = new FeatureTerms(Boolean("flag"), Limit(null)) });
        Assert.Empty(world.State.FindMeter("flag")!.Endless);
    }

    [Fact]
    public void What_the_period_before_had_counted_goes_on_and_is_billed_with_the_day_of_the_change()
    {
        var world = new World(Monthly);
        Assert.Empty(world.Meter.Endless);
        Change(world, "2026-01-15T10:00:00Z", Forever);

        Spans(world, new EndlessSpan(At("2026-01-01"), world.Now, null, null));
    }

    [Fact]
    public void Use_that_had_gone_on_into_a_shorter_period_goes_on_again()
    {
        var world = new World(Monthly);
        Change(world, "2026-01-15T10:00:00Z", Of(Limit(100, Interval.Day)));
        Change(world, "2026-01-15T12:00:00Z", Forever);

        Spans(world, new EndlessSpan(At("2026-01-01"), world.Now, null, null));
    }

    [Fact]
    public void The_period_that_takes_its_use_over_belongs_to_the_span()
    {
        var world = new World(Forever);
        Change(world, "2026-01-15", Monthly);
        Assert.Equal(At("2026-02-01"), Assert.Single(world.Meter.Endless).Until);

        // Back in the same month: there is no end any more.
        Change(world, "2026-01-20", Forever);
        Assert.Null(Assert.Single(world.Meter.Endless).Until);
    }

    [Theory]
    [InlineData("2026-02-01")]
    [InlineData("2026-02-10")]
    public void After_the_end_of_that_period_another_span_begins(string again)
    {
        var world = new World(Forever);
        Change(world, "2026-01-15", Monthly);
        Change(world, again, Forever);

        Spans(
            world, new EndlessSpan(World.Begin, World.Begin, At("2026-02-01"), null),
            new EndlessSpan(At("2026-02-01"), At(again), null, null));
        Change(world, "2026-02-20", Monthly);
        Assert.Equal([At("2026-02-01"), At("2026-03-01")], world.Meter.Endless.Select(span => span.Until!.Value));
    }

    [Fact]
    public void Another_unit_of_prices_begins_another_span()
    {
        var world = new World(Forever);
        Change(world, "2026-01-15", Of(Limit(100) with { PriceUnit = "EUR" }));
        Spans(world, new EndlessSpan(World.Begin, World.Begin, world.Now, null), new EndlessSpan(world.Now, world.Now, null, "EUR"));
    }

    [Fact]
    public void A_feature_that_became_another_one_ends_its_span_and_begins_one()
    {
        var world = new World(Forever);
        Change(world, "2026-01-15T12:00:00Z", Of(Limit(100), metric: MetricType.Gauge));
        Spans(
            world, new EndlessSpan(World.Begin, World.Begin, world.Now, null),
            new EndlessSpan(world.Now, world.Now, null, null));
        Assert.Equal(world.Meter.Endless[0].End, world.Meter.Endless[1].Begin);
    }

    [Fact]
    public void A_reset_ends_what_a_period_with_an_end_has_taken_over_and_nothing_else()
    {
        var world = new World(Forever);
        world.WaitUntil("2026-01-10").Do(new ResetUsage { FeatureCode = Calls });
        Assert.Null(Assert.Single(world.Meter.Endless).Until);

        Change(world, "2026-01-15", Monthly);
        world.WaitUntil("2026-01-20").Do(new ResetUsage { FeatureCode = Calls });
        Assert.Equal(At("2026-01-20"), Assert.Single(world.Meter.Endless).Until);
        world.WaitUntil("2026-01-25").Do(new ResetUsage { FeatureCode = Calls });
        Assert.Equal(At("2026-01-20"), Assert.Single(world.Meter.Endless).Until);

        var monthly = new World(Monthly);
        monthly.Do(new ResetUsage { FeatureCode = Calls });
        Assert.Empty(monthly.Meter.Endless);
    }

    [Fact]
    public void The_oldest_of_too_many_spans_is_forgotten()
    {
        var world = new World(Forever);
        for (var i = 1; i < EndlessSpan.MaxCount; i++)
        {
            Change(world, World.Begin.AddDays(i), Of(Limit(100) with { PriceUnit = "U" + i }));
        }

        Assert.Equal((EndlessSpan.MaxCount, World.Begin), (world.Meter.Endless.Length, world.Meter.Endless[0].From));
        Change(world, World.Begin.AddDays(100), Forever);
        Assert.Equal(EndlessSpan.MaxCount, world.Meter.Endless.Length);
        Assert.Equal((World.Begin.AddDays(1), world.Now), (world.Meter.Endless[0].From, world.Meter.Endless[^1].From));
    }

    [Theory]
    [InlineData("2026-01-10", false)]
    [InlineData("2026-01-11", true)]
    [InlineData("2026-02-01", true)]
    [InlineData("2026-02-02", false)]
    public void It_has_the_periods_that_end_in_it(string end, bool has)
    {
        var span = new EndlessSpan(At("2026-01-10"), At("2026-01-10"), At("2026-02-01"), null);
        var period = new FeaturePeriod { FeatureCode = Calls, Period = new Period(At("2026-01-01"), At(end)) };
        Assert.Equal(has, span.Has(period));
        Assert.Equal(end != "2026-01-10", (span with { Until = null }).Has(period));
    }

    [Fact]
    public void A_reset_parts_what_was_used_in_its_millisecond_before_it_from_what_was_used_after_it()
    {
        var world = new World(Monthly);
        world.WaitUntil("2026-01-10").Do(new ResetUsage { FeatureCode = Calls });
        var first = world.State.Sequence;
        world.Do(new AssignFeature { Feature = Forever });
        world.Do(new AssignFeature { Feature = Monthly });
        world.Do(new ResetUsage { FeatureCode = Calls });

        var span = Assert.Single(world.Meter.Endless);
        Assert.Equal((new LedgerPlace(world.Now, first), new LedgerPlace(world.Now, first + 3)), (span.Begin, span.End));
        Assert.Equal(
            [false, true, false], new[] { first, first + 3, first + 4 }.Select(sequence => span.Has(ResetAt(world.Now, sequence))));
    }

    [Fact]
    public void A_change_of_the_unit_parts_what_was_used_in_its_millisecond_too()
    {
        var world = new World(Forever);
        world.WaitUntil("2026-01-10").Use(1);
        var used = world.State.Sequence;
        world.Do(new AssignFeature { Feature = Of(Limit(100) with { PriceUnit = "EUR" }) });

        var place = new LedgerPlace(world.Now, used + 1);
        Assert.Equal([(World.Begin, place), (world.Now, null)], world.Meter.Endless.Select(span => (span.From, span.End)));
        Assert.Equal((place, false), (world.Meter.Endless[1].Begin, world.Meter.Endless[1].HasTakenOver));
    }

    private static FeaturePeriod ResetAt(DateTimeOffset end, long sequence) =>
        new() { FeatureCode = Calls, Period = new Period(end, end), Reset = true, Sequence = sequence };

    // By their times alone: tests of their own look at the entries that divide an instant.
    private static void Spans(World world, params EndlessSpan[] spans) => Assert.Equal(
        spans, world.Meter.Endless.Select(span => span with { FromEntry = 0, SinceEntry = 0, UntilEntry = 0 }).ToArray());

    private static void Change(World world, string at, FeatureTerms terms) => Change(world, At(at), terms);

    private static void Change(World world, DateTimeOffset at, FeatureTerms terms) =>
        world.Wait(at - world.Now).Do<AssignmentAnswer>(new AssignFeature { Feature = terms });
}
