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
            return FeatureLookup.NotAssigned(change, command.FeatureCode, command.Amount);
        }

        if (meter.Feature.Kind == FeatureKind.Boolean)
        {
            return UsageAnswer.Of(change, meter, default, command.Amount, 0);
        }

        change.Put(meter);
        var step = meter.Metric.Take(change, meter, command, change.Now, name);
        if ((step.Refusal ?? UsageCount.OutOfRange(meter.Used, step.Delta, strict: true)) is { } wrong)
        {
            return wrong;
        }

        var tiers = TierTable.For(meter);
        var counted = new CountedUse(command, EntryKind.Consumed) { Given = command.Amount, Delta = step.Delta, At = change.Now };
        if (step.Delta <= 0)
        {
            return meter.Suspended
                ? RefusedUse.Refuse(change, meter, tiers, command.Amount, 0, Admission.Decide(meter, tiers, 0, change.Now))
                : UsageCount.Count(change, step.Meter, tiers, counted);
        }

        var verdict = Admission.Decide(meter, tiers, step.Delta, change.Now);
        if (verdict.Code is not null && command.AllowPartial && meter.Metric.CanBeCut && !meter.Suspended
            && Admission.Part(meter, tiers, step.Delta) is > 0 and var part)
        {
            counted = counted with { Given = part, Delta = part };
            verdict = Admission.Decide(meter, tiers, part, change.Now);
        }

        if (verdict.Code is not null)
        {
            return RefusedUse.Refuse(change, meter, tiers, command.Amount, step.Delta, verdict);
        }

        var price = Pricing.Rise(meter, tiers, Stretch.Next(meter, counted.Delta));
        if (Credit.OutOfRange(change, meter, meter.Cost, price.Cost) is { } beyond)
        {
            return beyond;
        }

        if (Credit.Shortage(change, meter, Pricing.Need(meter, counted.Delta, price)) is { } shortage)
        {
            return RefusedUse.Refuse(change, meter, tiers, command.Amount, step.Delta, Verdict.No(RefusalCode.InsufficientCredits, shortage));
        }

        return UsageCount.Count(change, verdict.Keep(step.Meter), tiers, counted with { Price = price });
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
            return unassigned with { Reason = LicenseValidity.Invalidity(change.State, change.Now) ?? unassigned.Reason };
        }

        var amount = asked ?? meter.Metric.AskedByDefault(meter, key);
        var trial = new Change(change.State, change.Now, change.Rules);
        var answer = Consume(trial, new Consume { FeatureCode = featureCode, Amount = amount, Key = key });
        if (answer is Refusal { Code: RefusalCode.InvalidRequest or RefusalCode.LimitReached } wrong)
        {
            return wrong;
        }

        var refusal = answer as Refusal;
        var cost = (answer as UsageAnswer)?.Cost ?? 0;
        var added = (answer as UsageAnswer)?.Used - meter.Used ?? 0;
        var usage = refusal?.Usage ?? UsageAnswer.Of(change, meter, TierTable.For(meter), amount, cost, added);
        return usage with { Allowed = refusal is null && usage.Allowed, Reason = refusal?.Code, Signals = [] };
    }
}
