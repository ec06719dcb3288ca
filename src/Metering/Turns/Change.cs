using System.Collections.Immutable;
using System.Runtime.InteropServices;

namespace Metering;

/// <summary>One command's work on one license: the state as it becomes, and the evidence and signals that go with it.</summary>
internal sealed class Change
{
    private LedgerEntry[] entries = [];
    private int entryCount;

    // Made when first needed, because most commands close no day and send no signal.
    private SideEffects? sideEffects;

    private readonly LicenseState given;
    private readonly string? idempotencyKey;

    public Change(LicenseState state, DateTimeOffset now, MeterRules rules, string? idempotencyKey = null)
    {
        given = state;
        this.idempotencyKey = idempotencyKey;

        Now = TimeOf(state, now);

        // What was seen was seen: a refusal moves the time too, though it leaves no entry. From here on this copy is changed in place.
        State = state with { LastSeen = Now };
        Rules = rules;
    }

    /// <summary>The license as it is by now. What is set must be a copy of its own: it is changed in place.</summary>
    public LicenseState State { get; set; }

    public DateTimeOffset Now { get; }

    public DateOnly Today => DateOnly.FromDateTime(Now.UtcDateTime);

    public MeterRules Rules { get; }

    /// <summary>The time that counts for a license (rule 2): it does not run backwards.</summary>
    public static DateTimeOffset TimeOf(LicenseState state, DateTimeOffset now) => now > state.LastSeen ? now : state.LastSeen;

    /// <summary>The number that the next ledger entry will get.</summary>
    public long NextSequence => State.Sequence + 1;

    /// <summary>Puts a meter into the state, in place of the one for the same feature.</summary>
    /// <remarks>What makes the meter may itself write evidence to the state, so it is worked out first and put in last.</remarks>
    public MeterState Put(MeterState meter)
    {
        State.Put(meter);
        return meter;
    }

    /// <summary>Puts a balance into the state, in place of the one in the same unit.</summary>
    public BalanceState Put(BalanceState balance)
    {
        State.Put(balance);
        return balance;
    }

    /// <summary>Puts a hold into the state, in place of the one with the same id.</summary>
    public void Put(HoldState hold) => State = State with { Holds = State.Holds.With(hold) };

    /// <summary>Appends evidence that was made for this; the entry gets the license's next number and this change's time.</summary>
    /// <param name="entry">The entry.</param>
    /// <param name="byTime">Whether time brought it about; of most kinds of entries their kind says it.</param>
    public void Log(LedgerEntry entry, bool byTime = false)
    {
        State.CountEntry();

        // What time brought about is no one's request.
        var asked = !byTime && entry.Kind is not (
            EntryKind.PeriodClosed or EntryKind.GrantEffective or EntryKind.GrantRecurred or EntryKind.GrantEnded or EntryKind.HoldExpired);
        entry.Number(State.Sequence, Now, asked ? idempotencyKey : null);
        if (entryCount == entries.Length)
        {
            // Room for one at first, which is nearly always all: then the array is the outcome's as it is.
            Array.Resize(ref entries, Math.Max(1, 2 * entryCount));
        }

        entries[entryCount++] = entry;
    }

    /// <summary>Sends a signal, caused by the last entry.</summary>
    public void Send(Signal signal)
    {
        sideEffects ??= new SideEffects();
        var signals = sideEffects.Signals;

        // Counted within the entry, so that the signal has the same id whenever its command is applied again.
        var ordinal = 0;
        for (var i = signals.Count - 1; i >= 0 && signals[i].Sequence == State.Sequence; i--)
        {
            ordinal++;
        }

        signals.Add(signal with { Sequence = State.Sequence, Ordinal = ordinal, At = Now });
    }

    /// <summary>An empty signal of this license, to be filled.</summary>
    public Signal Signal(SignalType type) => new() { Type = type, LicenseId = State.LicenseId, TenantId = State.TenantId };

    /// <summary>A signal about a meter as it stands.</summary>
    public Signal Signal(SignalType type, MeterState meter) => Signal(type) with
    {
        FeatureCode = meter.Feature.Code,
        Level = meter.Level,
        Used = meter.Used,
        Allowance = Allowance.Total(meter),
        Overage = meter.Overage,
        Cost = meter.Cost,
        Period = meter.Period,
    };

    public void Close(string featureCode, DayRollup day) => (sideEffects ??= new SideEffects()).Days.Add(new ClosedDay(featureCode, day));

    /// <summary>Lets a period leave the state for good.</summary>
    /// <param name="meter">The meter, with the terms under which it was closed.</param>
    /// <param name="closed">The period.</param>
    public void Close(MeterState meter, ClosedPeriod closed)
    {
        if (closed.HasRecord)
        {
            (sideEffects ??= new SideEffects()).Periods.Add(FeaturePeriod.Of(meter, closed));
        }
    }

    /// <summary>Leaves a record of what was charged, as a part of its period; nothing where nothing was.</summary>
    public void Leave(FeaturePeriod part)
    {
        if (part.IsCharged)
        {
            (sideEffects ??= new SideEffects()).Periods.Add(part);
        }
    }

    /// <summary>Periods that have left the state so far.</summary>
    public ImmutableArray<FeaturePeriod> ClosedPeriods => sideEffects is null ? [] : [.. sideEffects.Periods];

    /// <summary>Types of the signals sent so far, each once.</summary>
    public ImmutableArray<SignalType> SentSignals =>
        sideEffects is null ? [] : [.. sideEffects.Signals.Select(signal => signal.Type).Distinct()];

    /// <summary>What the command came to.</summary>
    /// <remarks>
    /// A state moves only with its evidence (rule 9): the last entry carries what the numbers of all of them do not say, and without an
    /// entry nothing moves but what is no evidence.
    /// </remarks>
    public Outcome Done(Answer answer)
    {
        ImmutableArray<ClosedDay> closed = sideEffects is null ? [] : [.. sideEffects.Days];
        if (entryCount == 0)
        {
            // No signals either: each bears the number of the entry that caused it. Nor closed periods: they stay in the state.
            return new Outcome(Unmoved(), answer, [], closed, []);
        }

        // No entry tells of a license that is only now being opened, so all of it is told.
        var before = given.Sequence == 0 ? null : given;

        Array.Resize(ref entries, entryCount);

        // The span saves a copy of the list for each command; nothing is added to the list while it is in use.
        var records = CollectionsMarshal.AsSpan(sideEffects?.Periods);
        if (LicenseEffect.Between(before, State, entries, records) is { } effect)
        {
            entries[^1].Carry(new CommandEffect(effect));
        }

        return new Outcome(
            State,
            answer,
            ImmutableCollectionsMarshal.AsImmutableArray(entries),
            closed,
            sideEffects is null ? [] : [.. sideEffects.Signals])
        {
            ClosedPeriods = ClosedPeriods,
        };
    }

    // The state as it was given, with what moves without evidence: its time, the tally of refusals, and days that closed. What else time
    // has brought so far without an entry (a closed period that late use can no longer reach) is brought again whenever it is asked for.
    private LicenseState Unmoved()
    {
        var state = given.LastSeen == Now ? given : given with { LastSeen = Now };
        for (var i = 0; i < given.Meters.Length; i++)
        {
            var known = given.Meters[i];
            if (State.Meters[i].Days == known.Days)
            {
                continue;
            }

            var meter = known with { Days = State.Meters[i].Days };
            var last = sideEffects?.Days.FindLast(day => day.FeatureCode == known.Feature.Code);
            state = state.With(last is null ? meter : Days.Mark(meter, last.Rollup.Day));
        }

        return state;
    }

    public static Refusal Invalid(string pointer, string detail) =>
        new() { Code = RefusalCode.InvalidRequest, Pointer = pointer, Detail = detail };

    public static Refusal Refuse(string code, string detail) => new() { Code = code, Detail = detail };

    // What a command brings about apart from its entries.
    private sealed class SideEffects
    {
        public List<ClosedDay> Days { get; } = [];

        public List<FeaturePeriod> Periods { get; } = [];

        public List<Signal> Signals { get; } = [];
    }
}
