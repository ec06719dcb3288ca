namespace Metering;

/// <summary>On what terms a license has a feature.</summary>
internal sealed record MeterTerms(Feature Feature, Terms Terms, string? PlanId, PeriodSchedule Schedule)
{
    public static MeterTerms Of(MeterState meter) => new(meter.Feature, meter.Terms, meter.PlanId, meter.Schedule);

    public static bool Same(MeterState before, MeterState after) =>
        Same(before.Terms, after.Terms) && Same(before.Feature, after.Feature) && before.PlanId == after.PlanId
        && Same(before.Schedule, after.Schedule);

    public MeterState On(MeterState meter) => meter with { Feature = Feature, Terms = Terms, PlanId = PlanId, Schedule = Schedule };

    // Nearly always the same objects, which a record's own equality does not look at first.
    private static bool Same<T>(T one, T other)
        where T : class, IEquatable<T> => ReferenceEquals(one, other) || one.Equals(other);
}
