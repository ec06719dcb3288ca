using System.Collections.Immutable;

namespace Metering.Tests.Licenses;

/// <summary>When a license had a feature.</summary>
public class FeatureSpanTests
{
    private static readonly DateTimeOffset Start = new(2026, 11, 21, 10, 0, 0, TimeSpan.Zero);
    private static readonly FeatureTerms Calls = new(
        new Feature { Code = "calls", Kind = FeatureKind.Metered, Metric = MetricType.Counter }, new Terms { Limit = 10 });

    [Fact]
    public void A_feature_that_is_taken_away_and_given_back_has_two_spans()
    {
        var state = Opened();
        state = Apply(state, new UnassignFeature { FeatureCode = "calls" }, 1);
        Assert.Equal([new FeatureSpan(Start, Start.AddMinutes(1))], state.FindMeter("calls")!.Spans.ToArray());
        state = Apply(state, new AssignFeature { Feature = Calls }, 2);
        state = Apply(state, new AssignFeature { Feature = Calls with { Terms = new Terms { Limit = 20 } } }, 3);
        Assert.Equal(
            [new FeatureSpan(Start, Start.AddMinutes(1)), new FeatureSpan(Start.AddMinutes(2), null)],
            state.FindMeter("calls")!.Spans.ToArray());
    }

    [Fact]
    public void A_plan_gives_and_takes_features_and_the_end_of_a_license_takes_all()
    {
        var plan = new PlanTerms("p", 1, "", [Calls]);
        var state = Apply(null, new OpenLicense { LicenseId = "lic_1", TenantId = "t", Plans = [plan] }, 0);
        state = Apply(state, new SetPlans { Plans = [] }, 1);
        Assert.Equal([new FeatureSpan(Start, Start.AddMinutes(1))], state.FindMeter("calls")!.Spans.ToArray());
        state = Apply(state, new SetPlans { Plans = [plan] }, 2);
        state = Apply(state, new ChangeLicense { Deleted = true }, 3);
        Assert.Equal(
            [new FeatureSpan(Start, Start.AddMinutes(1)), new FeatureSpan(Start.AddMinutes(2), Start.AddMinutes(3))],
            state.FindMeter("calls")!.Spans.ToArray());
    }

    [Fact]
    public void The_oldest_spans_become_one_when_there_are_too_many()
    {
        var state = Opened();
        for (var minute = 1; minute < 100; minute += 2)
        {
            state = Apply(state, new UnassignFeature { FeatureCode = "calls" }, minute);
            state = Apply(state, new AssignFeature { Feature = Calls }, minute + 1);
        }

        var spans = state.FindMeter("calls")!.Spans;
        Assert.Equal(FeatureSpan.MaxCount, spans.Length);
        Assert.Equal(Start, spans[0].From);
        Assert.Equal(new FeatureSpan(Start.AddMinutes(100), null), spans[^1]);
        Assert.Equal(spans.OrderBy(span => span.From).ToArray(), spans.ToArray());
    }

    private static LicenseState Opened() => Apply(null, new OpenLicense { LicenseId = "lic_1", TenantId = "t", Features = [Calls] }, 0);

    private static LicenseState Apply(LicenseState? state, Command command, int minute) =>
        LicenseMeter.Apply(state, command, Start.AddMinutes(minute)).State;
}
