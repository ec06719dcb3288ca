using System.Collections.Immutable;

namespace Metering;

/// <summary>Compares rollups, open and closed, with what the ledger counted in each day.</summary>
internal sealed class RollupComparison(Differences differences, DateOnly daysFrom)
{
    /// <summary>
    /// A standing level's integral is exact up to 28 digits. Beyond, the order of adding shows in the last of them, which is no difference.
    /// </summary>
    private const decimal Rounding = 0.001m;

    private const decimal SecondsADay = 86_400;

    public void Compare(LicenseState state, LicenseState told, IReadOnlyList<ClosedDay> closedDays)
    {
        var open = state.Meters
            .SelectMany(meter => meter.Days.Select(day => new ClosedDay(meter.Feature.Code, day)))
            .Where(day => day.Rollup.Day >= daysFrom);

        // Where a clock was set back, days that were closed are open again; their closed form waits to be replaced.
        var rollups = state.SetBackAt == 0
            ? closedDays.Concat(open)
            : closedDays.Concat(open).GroupBy(day => (day.FeatureCode, day.Rollup.Day)).Select(same => same.Last());
        var days = told.Meters.ToDictionary(meter => meter.Feature.Code, DaysOf, StringComparer.Ordinal);
        foreach (var day in rollups)
        {
            if (days.TryGetValue(day.FeatureCode, out var its))
            {
                Compare(day.FeatureCode, day.Rollup, its);
            }
            else
            {
                TellUnknown(differences, day);
            }
        }

        foreach (var (code, its) in days)
        {
            foreach (var day in its.ByDay.Values.Where(day => day.Count > 0 && !its.Seen.Contains(day.Day)))
            {
                differences.Missing($"{code}: the rollup of {day.Day:yyyy-MM-dd}", inLedger: true);
            }
        }
    }

    /// <summary>Compares one rollup with the days of its meter, as the ledger tells them.</summary>
    public void Compare(ClosedDay day, MeterState told) => Compare(day.FeatureCode, day.Rollup, DaysOf(told));

    /// <summary>Tells of a rollup of a feature that the license does not have according to the ledger.</summary>
    public static void TellUnknown(Differences differences, ClosedDay day) =>
        differences.Missing($"{day.FeatureCode}: the rollup of {day.Rollup.Day:yyyy-MM-dd}", inLedger: false);

    private DaysOfMeter DaysOf(MeterState told) =>
        new(told, told.Days.Where(day => day.Day >= daysFrom).ToDictionary(day => day.Day));

    private void Compare(string code, DayRollup rollup, DaysOfMeter its)
    {
        its.Seen.Add(rollup.Day);
        var where = $"{code} on {rollup.Day:yyyy-MM-dd}";
        var told = its.ByDay.GetValueOrDefault(rollup.Day) ?? its.Refusals(rollup.Day);
        differences.Compare(where, nameof(rollup.Count), rollup.Count, told.Count);
        differences.Compare(where, nameof(rollup.Corrections), rollup.Corrections, told.Corrections);
        differences.Compare(where, nameof(rollup.Sum), rollup.Sum, told.Sum);
        differences.Compare(where, nameof(rollup.Min), rollup.Min, told.Min);
        differences.Compare(where, nameof(rollup.Max), rollup.Max, told.Max);
        differences.Compare(where, nameof(rollup.Last), rollup.Last, told.Last);
        differences.Compare(where, nameof(rollup.MovedAt), rollup.MovedAt, told.MovedAt);
        differences.Compare(where, nameof(rollup.OutOfOrder), rollup.OutOfOrder ? 1 : 0, told.OutOfOrder ? 1 : 0);
        differences.Compare(where, nameof(rollup.Overage), rollup.Overage, told.Overage);
        differences.Compare(where, nameof(rollup.Cost), rollup.Cost, told.Cost);
        differences.Compare(where, nameof(rollup.Opening), rollup.Opening, told.Opening);
        if (Math.Abs(rollup.UnitSeconds - told.UnitSeconds) > Rounding)
        {
            differences.Compare(where, nameof(rollup.UnitSeconds), rollup.UnitSeconds, told.UnitSeconds);
        }

        var none = ImmutableSortedDictionary<string, UserUse>.Empty;
        var users = told.ByUser ?? none;
        foreach (var (user, use) in rollup.ByUser ?? none)
        {
            differences.Compare($"{where}, user {user}", nameof(rollup.Sum), use.Sum, users.GetValueOrDefault(user)?.Sum ?? 0);
            differences.Compare($"{where}, user {user}", nameof(rollup.Count), use.Count, users.GetValueOrDefault(user)?.Count ?? 0);
        }

        foreach (var user in users.Keys.Where(user => rollup.ByUser?.ContainsKey(user) != true))
        {
            differences.Missing($"{where}: user {user}", inLedger: true);
        }
    }

    private sealed record DaysOfMeter(MeterState Meter, Dictionary<DateOnly, DayRollup> ByDay)
    {
        public HashSet<DateOnly> Seen { get; } = [];

        // A day on which use was only refused: of a standing level it is all of the level at which the next rollup begins.
        public DayRollup Refusals(DateOnly day)
        {
            if (!Meter.Metric.IsStandingLevel)
            {
                return new DayRollup { Day = day };
            }

            var next = ByDay.Keys.Where(known => known > day).Order().Select(known => (DateOnly?)known).FirstOrDefault();
            var level = next is { } later ? ByDay[later].Opening : Meter.Used;
            return new DayRollup { Day = day, Opening = level, UnitSeconds = level * SecondsADay };
        }
    }
}
