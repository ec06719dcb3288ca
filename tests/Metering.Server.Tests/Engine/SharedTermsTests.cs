using System.Collections.Immutable;
using System.Text.Json;
using Metering.Server.Engine;

namespace Metering.Server.Tests.Engine;

public sealed class SharedTermsTests
{
    private static readonly DateTimeOffset Start = new(2026, 11, 1, 0, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Licenses_that_are_read_share_what_is_equal()
    {
        var terms = new SharedTerms();

        var one = terms.Share(Read("one", limit: 5));
        var other = terms.Share(Read("other", limit: 5));

        var (meter, same) = (one.Meters[0], other.Meters[0]);
        Assert.Same(meter.Feature, same.Feature);
        Assert.Same(meter.Terms, same.Terms);
        Assert.Same(meter.Schedule, same.Schedule);
        Assert.Same(meter.Period, same.Period);
        Assert.True(one.Plans == other.Plans, "The list of plans is not the same one.");
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void What_is_shared_is_what_was_read(int plans)
    {
        var terms = new SharedTerms();
        terms.Share(Read("before", limit: 7, plans));
        var state = Read("license", limit: 5, plans);

        Assert.Equal(Json(state), Json(terms.Share(state)));
    }

    private static LicenseState Read(string id, decimal limit, int plans = 1) => new()
    {
        LicenseId = id,
        TenantId = $"tenant of {id}",
        CreatedAt = Start,
        Anchor = Start,
        Plans = [.. Enumerable.Range(0, plans).Select(i => new PlanReference($"plan {i}", 1, $"group {i}"))],
        Meters =
        [
            new MeterState
            {
                Feature = new Feature { Code = "calls", Kind = FeatureKind.Metered, Metric = MetricType.Counter },
                Terms = new Terms { Limit = limit },
                Schedule = PeriodSchedule.Calendar(Interval.Month, timeZone: null),
                Period = PeriodSchedule.Calendar(Interval.Month, timeZone: null).At(Start),
            },
        ],
    };

    private static string Json(LicenseState state) => JsonSerializer.Serialize(state, MeteringJson.Default.LicenseState);
}
