namespace Metering;

/// <summary>Consume and check: use that is decided before it is counted (rules 4 to 7).</summary>
internal static class Consumption
{
    /// <summary>Enforces and counts (rules 4 to 7).</summary>
    public static Answer Consume(Change change, Consume command, string? name = null)
    {
        var decided = Decide(change, command, name);
        return decided.Answer ?? UsageCount.Count(change, decided.Meter, decided.Tiers, decided.Use);
    }

    /// <summary>Whether consume would allow an amount: decided on a copy, shown on the meter as it stands.</summary>
    public static Answer Check(Change change, string featureCode, decimal? asked, string? key)
    {
        if (change.State.Deleted)
        {
            return LicenseValidity.Gone;
        }

        if (FeatureLookup.Meter(change, featureCode) is not { } meter)
        {
            var unassigned = UsageAnswer.Unassigned(change, featureCode, asked ?? 1);

            // In the order in which a consume would refuse: the license itself comes first.
            return unassigned with { Reason = LicenseValidity.Invalidity(change.State, change.Now) ?? unassigned.Reason };
        }

        var given = asked ?? meter.Metric.AskedByDefault(meter, key);
        var trial = new Change(change.State, change.Now, change.Rules);
        var decided = Decide(trial, new Consume { FeatureCode = featureCode, Given = given, Key = key }, name: null);

        // Lack of quota is the answer to a check and no error; an amount or key that cannot be taken at all is one.
        if (decided.Answer is Refusal { Code: RefusalCode.InvalidRequest or RefusalCode.LimitReached } wrong)
        {
            return wrong;
        }

        var refusal = decided.Answer as Refusal;
        var usage = refusal?.Usage
            ?? UsageAnswer.Of(change, meter, TierTable.For(meter), given, decided.Use.Price?.Cost ?? 0, decided.Use.Delta);
        return usage with { Allowed = refusal is null && usage.Allowed, Reason = refusal?.Code, Signals = [] };
    }

    private static Decided Decide(Change change, Consume command, string? name)
    {
        if (LicenseValidity.Refuse(change) is { } refusal)
        {
            return new Decided(WithUsage(refusal, change, command));
        }

        if (FeatureLookup.Meter(change, command.FeatureCode) is not { } meter)
        {
            return new Decided(FeatureLookup.NotAssigned(change, command.FeatureCode, command.Given));
        }

        if (meter.Feature.Kind == FeatureKind.Boolean)
        {
            // The license has it or not: there is nothing to count, and asking is no mistake.
            return new Decided(UsageAnswer.Of(change, meter, default, command.Given, 0));
        }

        if (command.AddsOnly && meter.Metric.TakesReadings)
        {
            return new Decided(Change.Invalid("/feature_code", "counts readings, which can't be incremented: send a reading instead"));
        }

        var step = meter.Metric.Take(change, meter, command, change.Now, name);
        if ((step.Refusal ?? UsageCount.OutOfRange(meter.Used, step.Delta, strict: true)) is { } wrong)
        {
            return new Decided(wrong);
        }

        var tiers = TierTable.For(meter);
        var asked = new Asked(step.Delta) { PartWillDo = command.AllowPartial && meter.Metric.CanBeCut };
        var admission = Admission.Decide(change.State, meter, tiers, asked, change.Now);
        if (admission.Refuse(change, meter, tiers, command.Given) is { } refused)
        {
            return new Decided(refused);
        }

        var use = new CountedUse(command, EntryKind.Consumed)
        {
            // A part is always one of a counter, whose value is what it adds; a reading stays as it was given.
            Given = admission.Delta == step.Delta ? command.Given : admission.Delta,
            Delta = admission.Delta,
            At = change.Now,
            Price = admission.Price,
        };
        return new Decided(admission.Keep(step.Meter), tiers, use);
    }

    // Whoever is refused sees the usage, as with every other refusal of a consume. On a copy: the refusal brings the license no further.
    private static Refusal WithUsage(Refusal refusal, Change change, Consume command)
    {
        if (change.State.Deleted)
        {
            return refusal;
        }

        var trial = new Change(change.State, change.Now, change.Rules);
        var usage = FeatureLookup.Meter(trial, command.FeatureCode) is { } meter
            ? UsageAnswer.Of(trial, meter, TierTable.For(meter), command.Given, 0)
            : UsageAnswer.Unassigned(trial, command.FeatureCode, command.Given);

        // What time brought on the copy is no entry of the ledger yet, and sends nothing.
        return refusal with
        {
            Usage = usage with { Allowed = false, Reason = refusal.Code, Sequence = change.State.Sequence, Signals = [] },
        };
    }

    // Either a use to count, or the answer: a refusal, or that of a feature without a count.
    private readonly struct Decided
    {
        public Decided(Answer answer) => Answer = answer;

        public Decided(MeterState meter, TierTable tiers, in CountedUse use) => (Meter, Tiers, Use) = (meter, tiers, use);

        public Answer? Answer { get; }

        /// <summary>The meter with the use's other effects (a reading, the rate), before it is counted.</summary>
        public MeterState Meter { get; } = null!;

        public TierTable Tiers { get; }

        public CountedUse Use { get; }
    }
}
