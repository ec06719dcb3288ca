using Metering.Tests.Support;
using static Metering.Tests.Support.Given;

namespace Metering.Tests.Licenses;

/// <summary>A feature that comes with another kind or metric type starts anew; what was counted and charged before is kept.</summary>
[Rule(9)]
public sealed class AnotherKindTests
{
    private static readonly Terms Monthly = Priced(100, From(0) with { UnitPrice = 2 }) with
    {
        Reset = new Reset { Interval = Interval.Month, Anchor = AnchorKind.Calendar },
    };

    private readonly Properties.Evidence evidence = new();
    private LicenseState? state;

    public static TheoryData<MetricType, MetricType?> Changes => new()
    {
        { MetricType.Counter, null },
        { MetricType.Counter, MetricType.Gauge },
        { MetricType.Total, MetricType.Counter },
        { MetricType.Gauge, null },
        { MetricType.Gauge, MetricType.Counter },
        { MetricType.UpDown, MetricType.Gauge },
    };

    private MeterState Meter => state!.FindMeter(Calls)!;

    [Theory]
    [MemberData(nameof(Changes))]
    public void Its_periods_leave_records_and_all_of_it_follows_from_the_ledger(MetricType before, MetricType? after)
    {
        Do("2026-01-10", new OpenLicense { LicenseId = "lic_1", TenantId = "tenant_1", Features = [Feature(before)] });
        Do("2026-01-10", new AddGrant { FeatureCode = Calls, Amount = 10, ExpiresAt = At("2026-02-20"), RolloverMax = 5 });
        Do("2026-01-31T23:00:00Z", new RecordUse { FeatureCode = Calls, Given = 3 });
        Do("2026-02-01T01:00:00Z", new RecordUse { FeatureCode = Calls, Given = 5 });
        Do("2026-02-01T02:00:00Z", new AssignFeature { Feature = Feature(after) });
        Assert.Equal((0m, 0m, 0), (Meter.Used, Meter.Cost, Meter.Grants.Length));
        Do("2026-02-01T02:00:00Z", new RecordUse { FeatureCode = Calls, Given = 7 });
        Do("2026-02-01T03:00:00Z", new AssignFeature { Feature = Feature(before) });
        Do("2026-02-05", new RecordUse { FeatureCode = Calls, Given = 1 });

        // Of a total and a gauge, and of a level that stands when a period begins, only what is added is charged.
        var second = before is MetricType.Counter or MetricType.UpDown ? 10m : 4m;
        Assert.Equal(
            [(6m, false), (second, true)], evidence.Periods.Take(2).Select(record => (record.Cost, record.Reset)));
        Assert.Equal((1m, 2m), (Meter.Used, Meter.Cost));
        Assert.Equal(
            evidence.Entries.Sum(entry => entry.Day is null ? 0 : entry.Cost),
            evidence.Periods.Sum(record => record.Cost) + Meter.Cost);
        Assert.Equal(
            evidence.Entries.Count(entry => entry.Day is not null),
            evidence.Rollups.Select(day => day.Rollup).Concat(Meter.Days).Sum(day => day.Count));
        Assert.Empty(evidence.Verify());
    }

    [Fact]
    public void Late_use_of_before_the_change_counts_now_and_is_marked_late()
    {
        var world = new World(Monthly);
        world.WaitUntil("2026-01-10T10:00:00Z").Do(new AssignFeature { Feature = Feature(MetricType.UpDown) });
        world.Wait(TimeSpan.FromHours(1)).Record(4, at: At("2026-01-10T08:00:00Z"));
        Assert.Equal((true, new DateOnly(2026, 1, 10), 4m), (world.Entries[^1].Late, world.Entries[^1].Day, world.Meter.Used));
    }

    private static FeatureTerms Feature(MetricType? metric) =>
        metric is { } type ? Of(Monthly, Calls, type) : new FeatureTerms(Boolean(Calls), Terms.Unlimited);

    private void Do(string at, Command command)
    {
        var outcome = LicenseMeter.Apply(state, command, At(at));
        state = outcome.State;
        evidence.Take(outcome);
    }
}
