using System.Collections.Immutable;

namespace Metering;

/// <summary>The one door to the domain's decisions. Deterministic: the same state, command and time give the same outcome.</summary>
public static class LicenseMeter
{
    /// <summary>Applies a command to a license's state.</summary>
    /// <param name="state">The state; null only for <see cref="OpenLicense"/>.</param>
    /// <param name="command">The command.</param>
    /// <param name="now">The host's time, UTC, in whole milliseconds. For a license it does not run backwards (rule 2).</param>
    /// <param name="rules">What the operator has set; null: the defaults.</param>
    /// <param name="idempotencyKey">The caller's key, for the evidence. Whether it was seen before is decided by <see cref="Turn"/> (rule
    /// 8).</param>
    /// <exception cref="ArgumentNullException"><paramref name="state"/> is null for another command than
    /// <see cref="OpenLicense"/>.</exception>
    public static Outcome Apply(
        LicenseState? state,
        Command command,
        DateTimeOffset now,
        MeterRules? rules = null,
        string? idempotencyKey = null)
    {
        rules ??= MeterRules.Default;
        if (command is OpenLicense open)
        {
            return Open(state, open, now, rules, idempotencyKey);
        }

        ArgumentNullException.ThrowIfNull(state);
        if (command is RepairClock repair)
        {
            // It brings its own time: the license's is what is wrong.
            return ClockRepair.Apply(state, repair, rules, idempotencyKey);
        }

        var change = new Change(state, now, rules, idempotencyKey);

        // What holds set aside returns before anything is decided, for all that are over; of their ends only some are written.
        HoldExpiry.Return(change);
        HoldExpiry.Write(change);
        Timeline.AdvanceHeld(change);
        Days.CloseAll(change, state.LastSeen);
        return change.Done(Decide(change, command));
    }

    /// <summary>The answer that a consume of <paramref name="amount"/> would give now; nothing changes.</summary>
    /// <param name="state">The state.</param>
    /// <param name="featureCode">The feature.</param>
    /// <param name="amount">As for <see cref="Consume"/>; null: one, or for a gauge or total the reading that is there.</param>
    /// <param name="key">The key of a gauge's or a total's reading.</param>
    /// <param name="now">The host's time, UTC.</param>
    /// <param name="rules">What the operator has set: those that a consume would be decided by.</param>
    /// <returns>A <see cref="UsageAnswer"/> (not allowed, with its reason, when consume would refuse), or a <see cref="Refusal"/> for an
    /// amount that is none.</returns>
    public static Answer Check(
        LicenseState state, string featureCode, decimal? amount, string? key, DateTimeOffset now, MeterRules rules) =>
        Consumption.Check(Look(state, now, rules), featureCode, amount, key) is var answer && answer is UsageAnswer usage
            // The consume was tried on a copy: an entry's number from there would be of an entry that the ledger does not have.
            ? usage with { Sequence = state.Sequence }
            : answer;

    /// <summary>How every feature that the license has stands now.</summary>
    public static ImmutableArray<UsageAnswer> Usage(LicenseState state, DateTimeOffset now, MeterRules rules) =>
        UsageAnswer.AllOf(Look(state, now, rules));

    /// <summary>How every balance of the license stands now.</summary>
    public static ImmutableArray<BalanceAnswer> Balances(LicenseState state, DateTimeOffset now, MeterRules rules) =>
        BalanceAnswer.AllOf(Look(state, now, rules).State);

    /// <summary>The holds of the license that still set something aside now.</summary>
    public static IEnumerable<HoldState> OpenHolds(LicenseState state, DateTimeOffset now, MeterRules rules)
    {
        var change = Look(state, now, rules);
        return change.State.Holds.Where(hold => hold.IsOpenAt(change.Now));
    }

    /// <summary>
    /// The periods of the license's metered features that its state still tells of: those that are open, and those that are closed and of
    /// which no record is stored yet. In the order of <see cref="FeaturePeriod.Compare"/>.
    /// </summary>
    public static ImmutableArray<FeaturePeriod> Periods(LicenseState state, DateTimeOffset now, MeterRules rules) =>
        PeriodsRead.Of(Look(state, now, rules), state.Sequence);

    /// <summary>The license's status and what it is on now.</summary>
    public static LicenseAnswer License(LicenseState state, DateTimeOffset now, MeterRules rules) =>
        LicenseAnswer.Of(Look(state, now, rules));

    /// <summary>Grants of the license, the last ones that ended included, in the order of their making.</summary>
    public static ImmutableArray<GrantAnswer> Grants(LicenseState state, DateTimeOffset now, MeterRules rules) =>
        GrantAnswer.AllOf(Look(state, now, rules));

    /// <summary>Whether the license is valid now, whatever its usage (rule 12): null, or a <see cref="RefusalCode"/>.</summary>
    public static string? Invalidity(LicenseState state, DateTimeOffset now) =>
        LicenseValidity.Invalidity(state, Change.TimeOf(state, now));

    // A read lets time pass on a copy, so that it shows what a write would find (rule 3); by the operator's rules, as a write does.
    private static Change Look(LicenseState state, DateTimeOffset now, MeterRules rules)
    {
        var change = new Change(state, now, rules);

        // No ends are written here: no answer shows them, and a read would do the work for nothing.
        HoldExpiry.Return(change);
        Timeline.AdvanceHeld(change);
        return change;
    }

    private static Outcome Open(LicenseState? state, OpenLicense command, DateTimeOffset now, MeterRules rules, string? idempotencyKey)
    {
        if (state is not null)
        {
            // Opening is done once. Whoever repeats it, after a fault halfway, finds it done.
            return new Outcome(state, new Done(state.Sequence), [], [], []);
        }

        var change = new Change(LicenseLifecycle.Open(command, now), now, rules, idempotencyKey);
        return change.Done(LicenseLifecycle.Fill(change, command));
    }

    private static Answer Decide(Change change, Command command)
    {
        // Deleting a deleted license is done already and no error, so that command answers for itself.
        if (change.State.Deleted && command is not (ChangeLicense or RecordUse))
        {
            return LicenseValidity.Gone;
        }

        // Decided here and not by the API, because the turn has looked for the key by now: a repeat means the feature that the first one
        // meant, whatever the license has got since.
        if (FeatureLookup.NamesOnlyMetered(command))
        {
            if (FeatureLookup.OnlyMetered(change.State) is not { } only)
            {
                return Change.Invalid("/feature_code", "is required: the license does not have just one metered feature");
            }

            command = FeatureLookup.Name(command, only);
        }

        return command switch
        {
            Consume consume => Consumption.Consume(change, consume),
            RecordUse record => RecordedUse.Record(change, record),
            OpenHold hold => Holds.Open(change, hold),
            CommitHold commit => Reservations.Commit(change, commit),
            ReleaseHold release => Reservations.Release(change, release),
            SyncLease sync => Leases.Sync(change, sync),
            SetMachine machine => MachineRegister.Set(change, machine),
            RemoveMachine machine => MachineRegister.Remove(change, machine),
            DecrementUsage decrement => Corrections.Decrement(change, decrement),
            ResetUsage reset => Corrections.Reset(change, reset),
            ResumeUsage resume => Corrections.Resume(change, resume),
            AddGrant grant => GrantRegister.Add(change, grant),
            VoidGrant grant => GrantRegister.Void(change, grant),
            OpenBalance balance => CreditAccounts.Open(change, balance),
            ChangeBalance balance => CreditAccounts.Apply(change, balance),
            ChangeBalanceTerms terms => CreditAccounts.Apply(change, terms),
            SetPlans plans => PlanChanges.Apply(change, plans),
            ChangePlan plan => PlanChanges.Apply(change, plan),
            AssignFeature feature => Assignments.Assign(change, feature),
            UnassignFeature feature => Assignments.Unassign(change, feature),
            ChangeLicense license => LicenseLifecycle.Apply(change, license),
            // A refusal and no answer, because an answer is remembered where time has brought about an entry before it.
            Recall => Change.Invalid("/event_id", "was not counted on this license"),
            // Thrown and not refused: a command that nobody decides is a bug of who added it, and no caller can mend it.
            _ => throw new ArgumentException($"Unknown command {command.GetType().Name}.", nameof(command)),
        };
    }
}
