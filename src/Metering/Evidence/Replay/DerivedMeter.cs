using System.Collections.Immutable;

namespace Metering;

/// <summary>A meter as its entries derive it, with the rollups of all its days.</summary>
internal sealed class DerivedMeter
{
    /// <summary>
    /// Days that are kept at hand, as the state itself keeps its open ones. Late use of an earlier day brings that one and those after it
    /// back, so the number decides nothing but how fast it is.
    /// </summary>
    private const int MaxDaysAtHand = 8;

    private readonly List<DayRollup> earlier = [];

    // What the entries of the command that is replayed said of periods that they closed.
    private readonly List<ClosedPeriod> closings = [];

    public DerivedMeter(MeterState state)
    {
        State = state;
        Leave();
    }

    /// <summary>The meter, with the last of its days.</summary>
    public MeterState State { get; set; }

    /// <summary>Records of periods that have left the state.</summary>
    public List<FeaturePeriod> Records { get; } = [];

    /// <summary>The meter, with all its days.</summary>
    public MeterState Whole => State with { Days = [.. earlier, .. State.Days] };

    /// <summary>Counts an entry in the rollup of its day, after its numbers have moved use.</summary>
    public void Count(LedgerEntry entry, DateOnly day)
    {
        var at = entry.Late ? entry.At : entry.HappenedAt;
        if (DateOnly.FromDateTime(at.UtcDateTime) != day)
        {
            // Where in its day use counts matters for a standing level alone, and a level's late use counts in the day on which it comes.
            at = new DateTimeOffset(day.ToDateTime(TimeOnly.MinValue), TimeSpan.Zero);
        }

        Reach(day);
        var value = EntryEffects.Of(entry.Kind) == EntryEffect.Count ? entry.Amount : (decimal?)null;
        var user = entry.AmongOthers ? DayRollup.OtherUsers : entry.UserId;
        var days = Days.Count(State, at, entry.Amount, value, entry.Overage, entry.Cost, user);
        State = State with { Days = days };
        Leave();
    }

    /// <summary>Takes what an entry says of the period that it closes, before its numbers end it.</summary>
    public void End(LedgerEntry entry, Differences differences)
    {
        var where = $"entry {entry.Sequence} of {entry.FeatureCode}";
        differences.Compare(where, nameof(entry.Cost), entry.Cost, State.Cost);
        differences.Compare(where, nameof(entry.Charges), entry.Charges, State.Priced?.Charges);

        // What a standing level's overage is may change with the time that the command has let pass before it closed the period.
        if (State.Metric.EndsWithPeriod)
        {
            differences.Compare(where, nameof(entry.Overage), entry.Overage, State.Overage);
        }

        closings.Add(new ClosedPeriod
        {
            Period = entry.Period ?? State.Period,
            Sequence = entry.Sequence,
            Used = entry.Before,
            Overage = entry.Overage,
            Cost = entry.Cost,
            Priced = State.Priced,
        });
    }

    /// <summary>Counts late use in the period that its own command has closed, where it is one.</summary>
    public void CountLate(LedgerEntry entry)
    {
        var index = closings.Count == 0 || entry.Kind != EntryKind.Recorded
            ? -1
            : closings.FindIndex(closing => closing.Period == entry.Period);
        if (index >= 0)
        {
            var closing = closings[index];
            closings[index] = closing with
            {
                Used = closing.Used + entry.Amount,
                Overage = closing.Overage + entry.Overage,
                Cost = closing.Cost + entry.Cost,
                Priced = PricedUse.After(closing.Priced, entry),
            };
        }
    }

    /// <summary>Takes the effect of a command: periods that it no longer keeps become records.</summary>
    public void Take(LedgerEntry entry, MeterEffect effect, Differences differences)
    {
        var before = State;
        State = effect.On(State);
        var closed = effect.Past?.Closed ?? [];
        foreach (var known in ReferenceEquals(before.Past, State.Past) ? [] : MeterPast.Of(before).Periods)
        {
            // Those of a repaired clock's future are taken back and have no record.
            if (known.HasRecord && !IsAmong(MeterPast.Of(State).Periods, known) && !closed.Any(record => Same(record, known))
                && !(entry.Kind == EntryKind.ClockRepaired && known.IsTakenBack(entry.At)))
            {
                Records.Add(FeaturePeriod.Of(before, known));
            }
        }

        Records.AddRange(closed);
        if (entry.Kind != EntryKind.ClockRepaired)
        {
            CheckPart(entry, before, closed, differences);
        }

        foreach (var closing in closings)
        {
            Check(closing, closed, differences);
        }

        closings.Clear();
    }

    /// <summary>Moves a standing level without counting: a reset.</summary>
    public void Move(DateTimeOffset at, decimal delta)
    {
        Reach(DateOnly.FromDateTime(at.UtcDateTime));
        State = State with { Days = Days.Move(State, at, delta) };
        Leave();
    }

    /// <summary>Lets go of a day that is closed for good: the state has done the same.</summary>
    public void Forget(DateOnly day)
    {
        earlier.RemoveAll(known => known.Day == day);
        State = State with { Days = State.Days.RemoveAll(known => known.Day == day) };
    }

    /// <summary>Lets go of the record of a period, and says what it was; null where there is none.</summary>
    public FeaturePeriod? Settle(FeaturePeriod record)
    {
        var index = Records.FindIndex(known => known.Period == record.Period && known.Sequence == record.Sequence);
        if (index < 0)
        {
            return null;
        }

        var told = Records[index];
        Records.RemoveAt(index);
        return told;
    }

    // What the effect tells of a period that was closed must be what the entries came to.
    private void Check(ClosedPeriod closing, ImmutableArray<FeaturePeriod> closed, Differences differences)
    {
        var kept = MeterPast.Of(State).Periods.FirstOrDefault(known => known.Sequence == closing.Sequence);
        var told = kept is not null ? FeaturePeriod.Of(State, kept) : closed.FirstOrDefault(record => record.Sequence == closing.Sequence);
        if (told is not null)
        {
            new PeriodComparison(differences).CompareUse(
                $"the period closed by entry {closing.Sequence}", told, FeaturePeriod.Of(State, closing));
        }
        else
        {
            differences.Missing($"{State.Feature.Code}: the record of the period closed by entry {closing.Sequence}", inLedger: true);
        }
    }

    // When prices change their unit, the part that is left must be what the entries came to in the old unit. Earlier versions left no part
    // and kept the cost in the meter, as if it were in the new unit.
    private void CheckPart(LedgerEntry entry, MeterState before, ImmutableArray<FeaturePeriod> closed, Differences differences)
    {
        var where = $"the part left by entry {entry.Sequence}";
        var part = FeaturePeriod.PartOf(before, entry.At, entry.Sequence);
        if (closed.FirstOrDefault(record => record.IsPart) is { } told)
        {
            new PeriodComparison(differences).CompareUse(where, told, part);
            differences.Compare(where, nameof(told.PriceUnit), told.PriceUnit, part.PriceUnit);
        }
        else if (part.IsCharged && State.Priced is null && State.Terms.PriceUnit != part.PriceUnit
            && (State.Feature.Kind, State.Feature.Metric) == (before.Feature.Kind, before.Feature.Metric))
        {
            differences.Missing($"{State.Feature.Code}: {where}", inLedger: true);
        }
    }

    private static bool Same(FeaturePeriod record, ClosedPeriod known) =>
        record.Period == known.Period && record.Sequence == known.Sequence;

    private static bool IsAmong(ImmutableArray<ClosedPeriod> periods, ClosedPeriod known) =>
        periods.Any(other => other.Period == known.Period && other.Sequence == known.Sequence);

    private void Reach(DateOnly day)
    {
        var from = earlier.Count;
        while (from > 0 && earlier[from - 1].Day >= day)
        {
            from--;
        }

        // A standing level also looks at the rollup after the day, which is there already: days are brought back from the last on.
        if (from < earlier.Count)
        {
            State = State with { Days = [.. earlier[from..], .. State.Days] };
            earlier.RemoveRange(from, earlier.Count - from);
        }
    }

    private void Leave()
    {
        var over = State.Days.Length - MaxDaysAtHand;
        if (over > 0)
        {
            earlier.AddRange(State.Days.AsSpan()[..over]);
            State = State with { Days = State.Days.RemoveRange(0, over) };
        }
    }
}
