using System.Collections.Immutable;
using System.Reflection;

namespace Metering.Tests.Properties;

/// <summary>
/// Plants one change after the other in what is stored of a license: in each property of each record that it is made of, found by
/// reflection, so that one that is added later is planted too.
/// </summary>
internal static class Planting
{
    private static readonly Type[] Records =
    [
        typeof(LicenseState), typeof(MeterState), typeof(GrantState), typeof(BalanceState), typeof(HoldState), typeof(DayRollup),
        typeof(MeterPast), typeof(ClosedPeriod), typeof(PricedUse), typeof(FeaturePeriod),
    ];

    /// <summary>All properties in which something can be planted.</summary>
    public static IEnumerable<string> Properties => Records.SelectMany(Settable).Select(Name);

    public static IEnumerable<(string Name, LicenseState State, ClosedDay[] Rollups, FeaturePeriod[] Periods)> Of(
        LicenseState state, ClosedDay[] rollups, FeaturePeriod[] periods)
    {
        foreach (var (name, changed) in Changes(state))
        {
            yield return (name, (LicenseState)changed, rollups, periods);
        }

        for (var i = 0; i < rollups.Length; i++)
        {
            foreach (var (name, changed) in Changes(rollups[i].Rollup))
            {
                yield return (
                    name, state, [.. rollups[..i], rollups[i] with { Rollup = (DayRollup)changed }, .. rollups[(i + 1)..]], periods);
            }

            if (rollups[i].Rollup.Count > 0)
            {
                yield return ("a rollup", state, [.. rollups[..i], .. rollups[(i + 1)..]], periods);
            }
        }

        for (var i = 0; i < periods.Length; i++)
        {
            foreach (var (name, changed) in Changes(periods[i]))
            {
                yield return (name, state, rollups, [.. periods[..i], (FeaturePeriod)changed, .. periods[(i + 1)..]]);
            }

            yield return ("a record", state, rollups, [.. periods[..i], .. periods[(i + 1)..]]);
        }
    }

    private static IEnumerable<(string Name, object Changed)> Changes(object record)
    {
        foreach (var property in Settable(record.GetType()))
        {
            // A day on which use was only refused is no evidence, and may be any day.
            if (record is DayRollup { Count: 0 } && property.Name == nameof(DayRollup.Day))
            {
                continue;
            }

            foreach (var (name, value) in Values(Name(property), property.PropertyType, property.GetValue(record)))
            {
                var copy = record.GetType().GetMethod("<Clone>$")!.Invoke(record, null)!;
                property.SetValue(copy, value);
                yield return (name, copy);
            }
        }
    }

    // Other values than the one that is there.
    private static IEnumerable<(string Name, object? Value)> Values(string name, Type type, object? value) => value switch
    {
        ImmutableArray<MeterState> meters => Elements(name, meters),
        ImmutableArray<GrantState> grants => Elements(name, grants),
        ImmutableArray<BalanceState> balances => Elements(name, balances),
        ImmutableArray<ClosedPeriod> periods => Elements(name, periods),
        ImmutableArray<DayRollup> days => Elements(name, days).Where(change =>
            ((ImmutableArray<DayRollup>)change.Value!).Length == days.Length || days[0].Count > 0),
        HoldSet holds =>
            Elements(name, [.. holds]).Select(change => (change.Name, (object?)HoldSet.Of((ImmutableArray<HoldState>)change.Value!))),
        PricedUse priced => Changes(priced).Select(change => (change.Name, (object?)change.Changed)).Append((name, null)),
        MeterPast past =>
            Changes(past).Select(change => (change.Name, (object?)change.Changed))
                .Append((name, new MeterPast { TermsNumber = past.TermsNumber + 1 })),
        _ => [(name, Other(type, value))],
    };

    private static IEnumerable<(string Name, object? Value)> Elements<T>(string name, ImmutableArray<T> array)
        where T : class
    {
        if (!array.IsEmpty)
        {
            yield return (name, array.RemoveAt(0));
        }

        for (var i = 0; i < array.Length; i++)
        {
            foreach (var (of, changed) in Changes(array[i]))
            {
                yield return (of, array.SetItem(i, (T)changed));
            }
        }
    }

    private static object Other(Type type, object? value)
    {
        var now = new DateTimeOffset(2031, 5, 1, 0, 0, 0, TimeSpan.Zero);
        return (value, Nullable.GetUnderlyingType(type) ?? type) switch
        {
            (decimal number, _) => number + 1,
            (int number, _) => number + 1,
            (long number, _) => number + 1,
            (bool yes, _) => !yes,
            (string text, _) => text + "x",
            (DateTimeOffset time, _) => time.AddHours(1),
            (DateOnly day, _) => day.AddDays(1),
            (Period period, _) => period with { Start = period.Start.AddHours(-1) },
            (Feature feature, _) => feature with { Name = feature.Name + "x" },
            (Terms terms, _) => terms with { Limit = (terms.Limit ?? 0) + 1 },
            (PeriodSchedule schedule, _) => schedule with { Anchor = schedule.Anchor.AddHours(1) },
            (Reading reading, _) => reading with { Value = reading.Value + 1 },
            (Rate rate, _) => rate with { Burst = rate.Burst + 1 },
            (ImmutableArray<PlanReference> plans, _) => plans.Add(new PlanReference("planted", 1, "planted")),
            (ImmutableArray<FeatureSpan> spans, _) => spans.Add(new FeatureSpan(now, null)),
            (ImmutableArray<EndlessSpan> spans, _) => spans.Add(new EndlessSpan(now, now, null, null)),
            (ImmutableArray<FormerTerms> terms, _) => terms.Add(new FormerTerms(99, Terms.Unlimited)),
            (ImmutableDictionary<string, Reading> readings, _) => readings.SetItem("planted", new Reading(1, now)),
            (ImmutableDictionary<string, DateTimeOffset> removed, _) => removed.SetItem("planted", now),
            (ImmutableSortedDictionary<string, UserUse> users, _) => users.SetItem(users.Keys.First(), new UserUse(-1, 77)),
            (Charges charges, _) => Charges.Of([charges.Lines[0] with { Units = charges.Lines[0].Units + 1 }, .. charges.Lines[1..]])!,
            (ImmutableArray<PeriodGrant> grants, _) => grants.Add(new PeriodGrant("planted", 1)),
            (Enum member, var of) => Enum.ToObject(of, (Convert.ToInt32(member, null) + 1) % Enum.GetValues(of).Length),
            (null, { IsEnum: true } of) => Enum.ToObject(of, 0),
            (null, var of) when of == typeof(decimal) => 1m,
            (null, var of) when of == typeof(string) => "planted",
            (null, var of) when of == typeof(DateTimeOffset) => now,
            (null, var of) when of == typeof(Reading) => new Reading(1, now),
            (null, var of) when of == typeof(Rate) => new Rate(1, RateInterval.Second, 1),
            (null, var of) when of == typeof(Charges) => Charges.Of([new TierCharge("0", 1, 1, 1, 0)])!,
            (null, var of) when of == typeof(PricedUse) => new PricedUse { CreditDrawn = 1 },
            (null, var of) when of == typeof(MeterPast) => new MeterPast { TermsNumber = 1 },
            (null, var of) when of == typeof(ImmutableDictionary<string, Reading>) =>
                ImmutableDictionary<string, Reading>.Empty.Add("planted", new Reading(1, now)),
            (null, var of) when of == typeof(ImmutableDictionary<string, DateTimeOffset>) =>
                ImmutableDictionary<string, DateTimeOffset>.Empty.Add("planted", now),
            (null, var of) when of == typeof(ImmutableSortedDictionary<string, UserUse>) =>
                ImmutableSortedDictionary<string, UserUse>.Empty.Add("planted", new UserUse(1, 1)),
            _ => throw new NotSupportedException($"Nothing is known to plant in a {type}."),
        };
    }

    private static IEnumerable<PropertyInfo> Settable(Type record) => record.GetProperties().Where(property => property.CanWrite);

    private static string Name(PropertyInfo property) => $"{property.DeclaringType!.Name}.{property.Name}";
}
