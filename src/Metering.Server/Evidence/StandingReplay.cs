namespace Metering.Server.Evidence;

/// <summary>How high a standing level (gauge, up_down) stood over each day, by the ledger's entries alone.</summary>
internal sealed class StandingReplay
{
    private const decimal SecondsADay = 86_400;

    /// <summary>A rollup is exact up to 28 digits. Beyond, the order of adding shows in the last of them, which is no difference.</summary>
    private const decimal Rounding = 0.001m;

    private readonly Dictionary<string, SortedDictionary<DateOnly, (decimal Delta, decimal UnitSeconds)>> _features = new(StringComparer.Ordinal);
    private readonly Dictionary<string, decimal> _begins = new(StringComparer.Ordinal);

    /// <summary>Takes the next entry.</summary>
    internal void Add(LedgerEntry entry)
    {
        if (entry.FeatureCode is not { } feature
            || entry.Kind is not (EntryKind.Consumed or EntryKind.Recorded or EntryKind.Decremented or EntryKind.UsageReset))
        {
            return;
        }

        if (!_features.TryGetValue(feature, out var days))
        {
            days = [];
            _features.Add(feature, days);

            // A ledger may begin in the middle: what stood then is what the first entry found.
            _begins.Add(feature, entry.Before);
        }

        if (entry.Amount == 0)
        {
            return;
        }

        // A change counts from when it happened; one that came too late for that, from when it came.
        var at = entry is { Kind: EntryKind.Recorded, Late: false, OccurredAt: { } said } && said < entry.At ? said : entry.At;
        var day = DateOnly.FromDateTime(at.UtcDateTime);
        var end = new DateTimeOffset(day.ToDateTime(TimeOnly.MinValue).AddDays(1), TimeSpan.Zero);
        var milliseconds = (end.UtcTicks - at.UtcTicks) / TimeSpan.TicksPerMillisecond;
        var known = days.GetValueOrDefault(day);
        days[day] = (known.Delta + entry.Amount, known.UnitSeconds + (entry.Amount * milliseconds / 1000));
    }

    /// <summary>Compares the rollups of a standing level.</summary>
    /// <param name="feature">The feature.</param>
    /// <param name="rollups">Its rollups, closed and open.</param>
    /// <param name="after">Only days after this one can be told from the entries.</param>
    /// <returns>What differs.</returns>
    internal IEnumerable<string> Compare(string feature, IEnumerable<DayRollup> rollups, DateOnly after)
    {
        var days = _features.GetValueOrDefault(feature) ?? [];
        var level = _begins.GetValueOrDefault(feature);
        var byDay = rollups.ToDictionary(rollup => rollup.Day);
        foreach (var day in days.Keys.Union(byDay.Keys).Order())
        {
            var (delta, part) = days.GetValueOrDefault(day);
            var stood = (level * SecondsADay) + part;
            if (day > after)
            {
                if (!byDay.TryGetValue(day, out var rollup))
                {
                    yield return $"{feature} on {day:yyyy-MM-dd}: there is no rollup, and by the ledger the level changed";
                }
                else if (rollup.Opening != level || Math.Abs(rollup.UnitSeconds - stood) > Rounding)
                {
                    yield return $"{feature} on {day:yyyy-MM-dd}: the rollup began at {rollup.Opening} and stood {rollup.UnitSeconds} unit seconds, "
                        + $"by the ledger {level} and {stood}";
                }
            }

            level += delta;
        }
    }
}
