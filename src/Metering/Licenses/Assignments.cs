namespace Metering;

/// <summary>Features that are assigned to a license directly; their terms win over a plan's.</summary>
internal static class Assignments
{
    /// <summary>Assigns a feature, or changes the terms of one that is assigned.</summary>
    public static Answer Assign(Change change, AssignFeature command)
    {
        var (feature, terms) = command.Feature;

        // Decided here and not by the API, because the turn has looked for the key by now: a repeat of what was done while the feature was
        // offered gets its first answer.
        if (command.NotOffered is { } why && change.State.FindMeter(feature.Code) is not { Assigned: true })
        {
            return Change.Invalid("/feature_code", why);
        }

        // Features that were taken away count too, because their meters stay.
        if (change.State.Meters.Length >= MeterLimits.Meters && change.State.FindMeter(feature.Code) is null)
        {
            return TooManyFeatures;
        }

        if (PriceUnits.RefusePrice(change.State, feature.Code, terms.PriceUnit) is { } mistaken)
        {
            return mistaken;
        }

        if (FeatureRoom.Refuse(change.State, [command.Feature], null) is { } full)
        {
            return full;
        }

        TermsChange.To(change, feature, terms, null).Put(change, "assigned");
        return new AssignmentAnswer(feature, terms);
    }

    /// <summary>Takes an assignment away; a plan that has the feature takes over, else the license has it no longer.</summary>
    public static Answer Unassign(Change change, UnassignFeature command)
    {
        // What a plan gives goes only with the plan.
        if (change.State.FindMeter(command.FeatureCode) is not { Assigned: true, PlanId: null } meter)
        {
            return FeatureLookup.NotAssigned(change, command.FeatureCode, 0);
        }

        if (PlanChanges.Resolve(change.State.Plans, command.Plans) is not { } plans)
        {
            return PlanChanges.OtherPlans;
        }

        if (PlanChanges.Effective(plans).TryGetValue(command.FeatureCode, out var given))
        {
            return TermsChange.To(change, given.Terms.Feature, given.Terms.Terms, given.PlanId).Put(change, "assignment removed");
        }

        // A period that has ended closes first, on the terms on which it was used.
        meter = Timeline.Advance(meter, change);
        return new TermsChange(meter, TermsChange.Remove(meter, change)).Put(change, "removed");
    }

    /// <summary>The refusal of one feature too many.</summary>
    public static Refusal TooManyFeatures =>
        Change.Refuse(RefusalCode.LimitReached, $"A license has at most {MeterLimits.Meters} features.");
}
