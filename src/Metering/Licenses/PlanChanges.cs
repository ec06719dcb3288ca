using System.Collections.Immutable;

namespace Metering;

/// <summary>Which plans a license is on, and what follows from them for its meters.</summary>
internal static class PlanChanges
{
    /// <summary>Puts the license on these plans, and on no others.</summary>
    public static Answer Apply(Change change, SetPlans command) => Put(change, command.Plans, EntryKind.PlansChanged);

    /// <summary>Changes one plan, or its version; the others stay as they are at this moment.</summary>
    public static Answer Apply(Change change, ChangePlan command)
    {
        var plan = command.Plan;
        if (command.OnlyVersion)
        {
            var present = change.State.Plans.FirstOrDefault(known => known.PlanId == plan.PlanId);
            if (present is null || present.Version == plan.Version || (command.FromVersion is { } from && present.Version != from))
            {
                return Change.Refuse(
                    RefusalCode.NotOnPlan, $"The license is not on a version of the plan '{plan.PlanId}' that is to be changed.");
            }
        }

        // By id too, because another version of the plan may be in another group.
        var staying = change.State.Plans.Where(known => known.Group != plan.Group && known.PlanId != plan.PlanId);
        return Resolve(staying, command.Seen) is { } plans ? Put(change, plans.Add(plan), EntryKind.PlansChanged) : OtherPlans;
    }

    // The terms of a license's plans, as they were seen; null where one was not seen, or in another version. A license keeps only which
    // plans it is on, so whoever asks for a change brings their terms along; whether they are still the right ones is decided here, by
    // the one writer.
    public static ImmutableArray<PlanTerms>? Resolve(IEnumerable<PlanReference> plans, ImmutableArray<PlanTerms> seen)
    {
        var resolved = ImmutableArray.CreateBuilder<PlanTerms>();
        foreach (var plan in plans)
        {
            if (seen.FirstOrDefault(known => known.PlanId == plan.PlanId && known.Version == plan.Version) is not { } terms)
            {
                return null;
            }

            resolved.Add(terms);
        }

        return resolved.ToImmutable();
    }

    // Use stays as it was counted: taking a plan and giving it back resets nothing, and what a larger limit covered stays covered.
    public static Answer Put(Change change, ImmutableArray<PlanTerms> plans, EntryKind kind)
    {
        var effective = Effective(plans);
        var added = effective.Keys.Count(code => change.State.FindMeter(code) is null);
        if (change.State.Meters.Length + added > MeterLimits.Meters)
        {
            return Assignments.TooManyFeatures;
        }

        if (FeatureRoom.Refuse(change.State, [.. effective.Values.Select(given => given.Terms)], plans) is { } full)
        {
            return full;
        }

        // The entry comes before what it brings about: a level that changes with the plan is signalled under it.
        change.Log(new LedgerEntry { Kind = kind, Detail = Describe(plans) });
        for (var i = 0; i < change.State.Meters.Length; i++)
        {
            // By its place, because a meter that is brought to now may close days of those after it.
            var meter = change.State.Meters[i];

            // Machines that were registered freely came with no plan, so no plan takes them away.
            if (meter is { Assigned: true, PlanId: not (null or Machines.Unplanned) } && !effective.ContainsKey(meter.Feature.Code))
            {
                change.Put(TermsChange.Remove(Timeline.Advance(meter, change), change));
            }
        }

        foreach (var (code, (planId, given)) in effective)
        {
            // Rule: an assignment to the license wins over a plan.
            if (change.State.FindMeter(code) is not { Assigned: true, PlanId: null })
            {
                var terms = TermsChange.To(change, given.Feature, given.Terms, planId);
                if (terms.MovesOverage)
                {
                    // The plans' entry is of no feature.
                    terms.Log(change, "plans changed");
                }

                change.Put(terms.Told(change));
            }
        }

        change.State = change.State with { Plans = [.. plans.Select(plan => new PlanReference(plan.PlanId, plan.Version, plan.Group))] };
        return LicenseAnswer.Of(change);
    }

    // Where plans of several groups give the same feature, the highest limit counts; of equal ones, that of the first group. The order in
    // which a license lists its plans must not decide: a changed plan goes to the end of it, so a migration would switch price and policy.
    public static SortedDictionary<string, (string PlanId, FeatureTerms Terms)> Effective(ImmutableArray<PlanTerms> plans)
    {
        // Sorted, so that meters are made in one order, however plans list their features.
        var effective = new SortedDictionary<string, (string PlanId, FeatureTerms Terms)>(StringComparer.Ordinal);
        var ordered = plans.OrderBy(plan => plan.Group, StringComparer.Ordinal).ThenBy(plan => plan.PlanId, StringComparer.Ordinal);
        foreach (var plan in ordered)
        {
            foreach (var given in plan.Features)
            {
                if (!effective.TryGetValue(given.Feature.Code, out var known)
                    // No limit is the highest: it replaces any other, and is replaced by none. A comparison with null is false, hence the
                    // negation.
                    || (known.Terms.Terms.Limit is { } limit && !(given.Terms.Limit <= limit)))
                {
                    effective[given.Feature.Code] = (plan.PlanId, given);
                }
            }
        }

        return effective;
    }

    public static Refusal OtherPlans => Change.Refuse(RefusalCode.PlansChanged, "The license's plans were changed meanwhile.");

    private static string Describe(ImmutableArray<PlanTerms> plans) =>
        string.Join(", ", plans.Select(plan => $"{plan.PlanId}@{plan.Version}"));
}
