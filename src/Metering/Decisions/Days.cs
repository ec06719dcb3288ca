using System.Collections.Immutable;

namespace Metering;

/// <summary>Daily rollups, kept in the state until late use can no longer change them (rule 10).</summary>
internal static class Days
{
    /// <summary>Counts a change in a day's rollup.</summary>
    /// <param name="meter">The meter.</param>
    /// <param name="day">The day in which the change counts.</param>
    /// <param name="sum">What it added to use.</param>
    /// <param name="value">The value for min, max and last; null for a correction, which is none.</param>
    /// <param name="overage">What it added to overage.</param>
    /// <param name="cost">What it cost.</param>
    /// <param name="userId">The user; null when none was named.</param>
    public static MeterState Count(MeterState meter, DateOnly day, decimal sum, decimal? value, decimal overage, decimal cost, string? userId)
    {
        var (index, rollup) = Find(meter, day);
        var first = rollup.Count == rollup.Corrections;
        rollup = rollup with
        {
            Count = rollup.Count + 1,
            Corrections = rollup.Corrections + (value is null ? 1 : 0),
            Sum = rollup.Sum + sum,
            Min = value is { } low ? (first ? low : Math.Min(rollup.Min, low)) : rollup.Min,
            Max = value is { } high ? (first ? high : Math.Max(rollup.Max, high)) : rollup.Max,
            Last = value ?? rollup.Last,
            Overage = rollup.Overage + overage,
            Cost = rollup.Cost + cost,
            ByUser = userId is null ? rollup.ByUser : Add(rollup.ByUser, userId, sum),
        };
        return Put(meter, index, rollup);
    }

    /// <summary>Tallies a refusal.</summary>
    public static MeterState Refuse(MeterState meter, DateOnly day)
    {
        var (index, rollup) = Find(meter, day);
        return Put(meter, index, rollup with { Refused = rollup.Refused + 1 });
    }

    /// <summary>Lets days leave the state that no use can change any more.</summary>
    public static MeterState Close(MeterState meter, Change change)
    {
        var days = meter.Days;
        while (days.Length > 0 && EndOf(days[0].Day) + change.Rules.LateWindow <= change.Now)
        {
            change.Close(meter.Feature.Code, days[0]);
            days = days.RemoveAt(0);
        }

        return days.Length == meter.Days.Length ? meter : meter with { Days = days };
    }

    /// <summary>Brings days back that were closed before their time, so that what comes to them is not counted without what they had.</summary>
    public static MeterState Reopen(MeterState meter, ImmutableArray<ClosedDay> closed, Change change)
    {
        foreach (var (feature, rollup) in closed)
        {
            if (feature == meter.Feature.Code && EndOf(rollup.Day) + change.Rules.LateWindow > change.Now && Find(meter, rollup.Day) is var (index, _) && index < 0)
            {
                meter = Put(meter, index, rollup);
            }
        }

        return meter;
    }

    private static DateTimeOffset EndOf(DateOnly day) => new(day.ToDateTime(TimeOnly.MinValue).AddDays(1), TimeSpan.Zero);

    // At most three days are open with the default window, the last one nearly always the one that is meant.
    private static (int Index, DayRollup Rollup) Find(MeterState meter, DateOnly day)
    {
        for (var i = meter.Days.Length - 1; i >= 0; i--)
        {
            if (meter.Days[i].Day == day)
            {
                return (i, meter.Days[i]);
            }

            if (meter.Days[i].Day < day)
            {
                return (~(i + 1), new DayRollup { Day = day });
            }
        }

        return (~0, new DayRollup { Day = day });
    }

    private static MeterState Put(MeterState meter, int index, DayRollup rollup) =>
        meter with { Days = index >= 0 ? meter.Days.SetItem(index, rollup) : meter.Days.Insert(~index, rollup) };

    private static ImmutableSortedDictionary<string, UserUse> Add(ImmutableSortedDictionary<string, UserUse>? users, string userId, decimal sum)
    {
        users ??= ImmutableSortedDictionary.Create<string, UserUse>(StringComparer.Ordinal);
        var name = users.ContainsKey(userId) || users.Count < DayRollup.MaxUsers ? userId : DayRollup.OtherUsers;
        var use = users.GetValueOrDefault(name) ?? new UserUse(0, 0);
        return users.SetItem(name, new UserUse(use.Sum + sum, use.Count + 1));
    }
}
