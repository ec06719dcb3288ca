using System.Collections.Immutable;

namespace Metering;

/// <summary>Daily rollups, kept in the state until late use can no longer change them (rule 10).</summary>
internal static class Days
{
    private const decimal SecondsADay = 86_400;
    private const int MillisecondsADay = 86_400_000;

    /// <summary>A meter's days with a change counted in the rollup of its own.</summary>
    /// <param name="meter">The meter after the change.</param>
    /// <param name="at">When the change counts.</param>
    /// <param name="sum">What it added to use.</param>
    /// <param name="value">The value for min, max and last; for a standing level the level takes its place. Null for a correction, which is
    /// none.</param>
    /// <param name="overage">What it added to overage.</param>
    /// <param name="cost">What it cost.</param>
    /// <param name="userId">The user; null when none was named.</param>
    public static ImmutableArray<DayRollup> Count(
        MeterState meter, DateTimeOffset at, decimal sum, decimal? value, decimal overage, decimal cost, string? userId)
    {
        // Moved first: the day's value of a standing level is read off its days.
        var days = meter.Metric.MoveDays(meter, at, sum);
        value = value is { } changed ? meter.Metric.ValueOnDay(days, DayOf(at), meter.Used, changed) : null;
        var (index, rollup) = Find(days, DayOf(at));

        // Corrections have no value, so the first value need not come with the first change.
        var first = !rollup.HasValue;
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
        return Put(days, index, rollup);
    }

    /// <summary>
    /// By which name a day counts a user: its own, or <see cref="DayRollup.OtherUsers"/> where the license has no room for another name.
    /// </summary>
    public static string? NameOf(string? userId, MeterState meter, DateTimeOffset at, Change change)
    {
        if (userId is null || Find(meter.Days, DayOf(at)).Rollup.ByUser is var users && users?.ContainsKey(userId) == true)
        {
            return userId;
        }

        // Beyond the day's own bound it is not kept by its name either.
        return users?.Count >= DayRollup.MaxUsers || LicenseRoom.Has(change.State, LicenseRoom.OfUser(userId))
            ? userId
            : DayRollup.OtherUsers;
    }

    /// <summary>
    /// A meter's days with a standing level moved: the day's integral gains what the change comes to until its end, and days that have a
    /// rollup after it began, and stood all the time, that much higher.
    /// </summary>
    /// <param name="meter">The meter after the change.</param>
    /// <param name="at">When the level changed.</param>
    /// <param name="delta">By how much.</param>
    public static ImmutableArray<DayRollup> Move(MeterState meter, DateTimeOffset at, decimal delta)
    {
        var day = DayOf(at);
        var known = Find(meter.Days, day).Index;
        var index = known >= 0 ? known : ~known;
        var days = meter.Days;
        if (known < 0)
        {
            // Between two rollups the level did not change, so the day began as the next one with a rollup did.
            var opening = index < days.Length ? days[index].Opening : meter.Used - delta;
            days = days.Insert(index, new DayRollup { Day = day, Opening = opening, UnitSeconds = opening * SecondsADay });
        }

        if (delta != 0)
        {
            var left = MillisecondsUntilEnd(day, at);
            var moved = days[index];
            days = days.SetItem(index, moved with
            {
                UnitSeconds = moved.UnitSeconds + (delta * Seconds(left)),
                MovedAt = Math.Max(moved.MovedAt, MillisecondsADay - left),
                OutOfOrder = moved.OutOfOrder || MillisecondsADay - left < moved.MovedAt,
            });
            for (var later = index + 1; later < days.Length; later++)
            {
                days = days.SetItem(later, Raise(days[later], delta));
            }
        }

        return days;
    }

    private static DayRollup Raise(DayRollup day, decimal delta)
    {
        day = day with { Opening = day.Opening + delta, UnitSeconds = day.UnitSeconds + (delta * SecondsADay) };
        return day.HasValue ? day with { Min = day.Min + delta, Max = day.Max + delta, Last = day.Last + delta } : day;
    }

    /// <summary>A meter's days with a refusal tallied.</summary>
    public static ImmutableArray<DayRollup> Refuse(MeterState meter, DateTimeOffset now)
    {
        // A day that only a refusal begins needs its opening too, or the level would seem to have been zero.
        var days = meter.Metric.MoveDays(meter, now, 0);
        var (index, rollup) = Find(days, DayOf(now));
        return Put(days, index, rollup with { Refused = rollup.Refused + 1 });
    }

    /// <summary>Lets days leave the state that no use can change any more.</summary>
    public static MeterState Close(MeterState meter, Change change)
    {
        var days = meter.Days;
        var closed = 0;
        while (closed < days.Length && EndOf(days[closed].Day) + change.Rules.LateWindow <= change.Now)
        {
            change.Close(meter.Feature.Code, days[closed++]);
        }

        return closed == 0 ? meter : Mark(meter with { Days = days.RemoveRange(0, closed) }, days[closed - 1].Day);
    }

    /// <summary>
    /// With the first command of a day, lets the days of all meters close whose time is over: those of a meter that nobody uses would stay
    /// for years, and one command that comes to all meters would close a day of each of those years.
    /// </summary>
    public static void CloseAll(Change change, DateTimeOffset lastSeen)
    {
        if (DayOf(lastSeen) == change.Today)
        {
            return;
        }

        // The array is immutable, so what is put while it is walked does not disturb the walk.
        foreach (var meter in change.State.Meters)
        {
            // A period that ended closes before its days do (Timeline.Advance), and closing days moves nothing else.
            if (!meter.Days.IsEmpty && Close(meter, change) is var closed && !ReferenceEquals(closed, meter))
            {
                change.Put(closed);
            }
        }
    }

    /// <summary>
    /// Lets the oldest days of the license close before their time where more are open than it may have: their late use counts now.
    /// </summary>
    /// <param name="meter">The meter, which may have got another day.</param>
    /// <param name="before">The same meter before that.</param>
    /// <param name="change">The license.</param>
    public static MeterState Bound(MeterState meter, MeterState before, Change change)
    {
        // Nearly always no day has come, and nothing is counted.
        if (meter.Days.Length <= before.Days.Length)
        {
            return meter;
        }

        var open = meter.Days.Length;
        foreach (var other in change.State.Meters)
        {
            open += other.Feature.Code == meter.Feature.Code ? 0 : other.Days.Length;
        }

        for (; open > MeterLimits.LicenseDays; open--)
        {
            var oldest = meter;
            foreach (var other in change.State.Meters)
            {
                oldest = other.Feature.Code != meter.Feature.Code && !other.Days.IsEmpty && other.Days[0].Day < oldest.Days[0].Day
                    ? other : oldest;
            }

            var closed = CloseFirst(oldest, change);
            meter = ReferenceEquals(oldest, meter) ? closed : meter;
            if (oldest.Feature.Code != meter.Feature.Code)
            {
                change.Put(closed);
            }
        }

        return meter;
    }

    private static MeterState CloseFirst(MeterState meter, Change change)
    {
        var first = meter.Days[0];
        change.Close(meter.Feature.Code, first);
        return Mark(meter with { Days = meter.Days.RemoveAt(0) }, first.Day);
    }

    /// <summary>Marks days as closed for good, up to one and with it.</summary>
    public static MeterState Mark(MeterState meter, DateOnly day) =>
        MeterPast.Of(meter) is var past && past.DaysClosedThrough >= EndOf(day)
            ? meter
            : meter with { Past = past with { DaysClosedThrough = EndOf(day) } };

    /// <summary>
    /// Brings days back that were closed before their time, so that what comes to them is not counted without what they had.
    /// </summary>
    public static MeterState Reopen(MeterState meter, ImmutableArray<ClosedDay> closed, Change change)
    {
        foreach (var (feature, rollup) in closed)
        {
            // A day that is closed again would otherwise replace the rollup that it had before.
            if (feature == meter.Feature.Code && EndOf(rollup.Day) + change.Rules.LateWindow > change.Now
                && Find(meter.Days, rollup.Day) is var (index, _) && index < 0)
            {
                meter = meter with { Days = Put(meter.Days, index, rollup) };
            }
        }

        return meter;
    }

    private static DateOnly DayOf(DateTimeOffset at) => DateOnly.FromDateTime(at.UtcDateTime);

    public static DateTimeOffset EndOf(DateOnly day) => new(day.ToDateTime(TimeOnly.MinValue).AddDays(1), TimeSpan.Zero);

    // A day has 86.4 million milliseconds, so the cast is safe.
    private static int MillisecondsUntilEnd(DateOnly day, DateTimeOffset at) =>
        (int)((EndOf(day).UtcTicks - at.UtcTicks) / TimeSpan.TicksPerMillisecond);

    // As three digits after the point they are exact.
    private static decimal Seconds(int milliseconds) => new(milliseconds, 0, 0, false, 3);

    /// <summary>The level at which a day ended, or stands: the next rollup's opening, for between two of them it did not change.</summary>
    public static decimal LevelAfter(ImmutableArray<DayRollup> days, DateOnly day, decimal level)
    {
        foreach (var rollup in days)
        {
            if (rollup.Day > day)
            {
                return rollup.Opening;
            }
        }

        return level;
    }

    // At most three days are open with the default window, the last one nearly always the one that is meant.
    private static (int Index, DayRollup Rollup) Find(ImmutableArray<DayRollup> days, DateOnly day)
    {
        for (var i = days.Length - 1; i >= 0; i--)
        {
            if (days[i].Day == day)
            {
                return (i, days[i]);
            }

            if (days[i].Day < day)
            {
                return (~(i + 1), new DayRollup { Day = day });
            }
        }

        return (~0, new DayRollup { Day = day });
    }

    private static ImmutableArray<DayRollup> Put(ImmutableArray<DayRollup> days, int index, DayRollup rollup) =>
        index >= 0 ? days.SetItem(index, rollup) : days.Insert(~index, rollup);

    private static ImmutableSortedDictionary<string, UserUse> Add(
        ImmutableSortedDictionary<string, UserUse>? users, string userId, decimal sum)
    {
        // Sorted, because texts' hashes differ from process to process, and a rollup's bytes must not.
        users ??= ImmutableSortedDictionary.Create<string, UserUse>(StringComparer.Ordinal);
        var name = users.ContainsKey(userId) || users.Count < DayRollup.MaxUsers ? userId : DayRollup.OtherUsers;
        var use = users.GetValueOrDefault(name) ?? new UserUse(0, 0);
        return users.SetItem(name, new UserUse(use.Sum + sum, use.Count + 1));
    }
}
