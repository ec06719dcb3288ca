namespace Metering;

/// <summary>Consume and check: use that is decided before it is counted (rules 4 to 7).</summary>
internal static class Consumption
{
    /// <summary>Enforces and counts (rules 4 to 7).</summary>
    public static Answer Consume(Change change, Consume command, string? name = null)
    {
        if (LicenseValidity.Refuse(change) is { } refusal)
        {
            return refusal;
        }

        if (FeatureLookup.Meter(change, command.FeatureCode) is not { } meter)
        {
            return FeatureLookup.NotAssigned(change, command.FeatureCode, command.Given);
        }

        if (meter.Feature.Kind == FeatureKind.Boolean)
        {
            // The license has it or not: there is nothing to count, and asking is no mistake.
            return UsageAnswer.Of(change, meter, default, command.Given, 0);
        }

        var step = meter.Metric.Take(change, meter, command, change.Now, name);
        if ((step.Refusal ?? UsageCount.OutOfRange(meter.Used, step.Delta, strict: true)) is { } wrong)
        {
            return wrong;
        }

        var tiers = TierTable.For(meter);
        var asked = new Asked(step.Delta) { PartWillDo = command.AllowPartial && meter.Metric.CanBeCut };
        var admission = Admission.Decide(change.State, meter, tiers, asked, change.Now);
        if (admission.Refuse(change, meter, tiers, command.Given) is { } refused)
        {
            return refused;
        }

        return UsageCount.Count(change, admission.Keep(step.Meter), tiers, new CountedUse(command, EntryKind.Consumed)
        {
            // A part is always one of a counter, whose value is what it adds; a reading stays as it was given.
            Given = admission.Delta == step.Delta ? command.Given : admission.Delta,
            Delta = admission.Delta,
            At = change.Now,
            Price = admission.Price,
        });
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
        var answer = Consume(trial, new Consume { FeatureCode = featureCode, Given = given, Key = key });

        // Lack of quota is the answer to a check and no error; an amount or key that cannot be taken at all is one.
        if (answer is Refusal { Code: RefusalCode.InvalidRequest or RefusalCode.LimitReached } wrong)
        {
            return wrong;
        }

        var refusal = answer as Refusal;
        var cost = (answer as UsageAnswer)?.Cost ?? 0;
        var added = (answer as UsageAnswer)?.Used - meter.Used ?? 0;
        var usage = refusal?.Usage ?? UsageAnswer.Of(change, meter, TierTable.For(meter), given, cost, added);
        return usage with { Allowed = refusal is null && usage.Allowed, Reason = refusal?.Code, Signals = [] };
    }
}
