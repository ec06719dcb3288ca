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

    public DerivedMeter(MeterState state)
    {
        State = state;
        Leave();
    }

    /// <summary>The meter, with the last of its days.</summary>
    public MeterState State { get; set; }

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
        var correction = EntryEffects.Of(entry.Kind) == EntryEffect.Correct;
        var user = entry.AmongOthers ? DayRollup.OtherUsers : entry.UserId;
        State = Days.Count(State, at, entry.Amount, correction ? null : entry.Amount, entry.Overage, entry.Cost, user);
        Leave();
    }

    /// <summary>Moves a standing level without counting: a reset.</summary>
    public void Move(DateTimeOffset at, decimal delta)
    {
        Reach(DateOnly.FromDateTime(at.UtcDateTime));
        State = Days.Move(State, at, delta);
        Leave();
    }

    /// <summary>Lets go of a day that is closed for good: the state has done the same.</summary>
    public void Forget(DateOnly day)
    {
        earlier.RemoveAll(known => known.Day == day);
        State = State with { Days = State.Days.RemoveAll(known => known.Day == day) };
    }

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
