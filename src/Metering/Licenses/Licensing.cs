using System.Collections.Immutable;

namespace Metering;

/// <summary>What a license has: plans, assigned features, status, machines.</summary>
internal static class Licensing
{
    public static LicenseState Open(OpenLicense command, DateTimeOffset now) => new()
    {
        LicenseId = command.LicenseId,
        TenantId = command.TenantId,
        CreatedAt = now,
        LastSeen = now,
        Anchor = command.Anchor ?? now,
        TimeZone = command.TimeZone,
        ExpiresAt = command.ExpiresAt,
    };

    public static Answer Fill(Change change, OpenLicense command)
    {
        if (command.Features.Length > MeterLimits.Meters)
        {
            return TooManyFeatures;
        }

        foreach (var (feature, terms) in command.Features)
        {
            var meter = OnTerms(change, feature, terms, null).After;
            change.State = change.State.With(meter);
        }

        return PutPlans(change, command.Plans, EntryKind.LicenseCreated);
    }

    public static Answer Apply(Change change, ChangeLicense command)
    {
        var before = change.State;
        if (before.Deleted)
        {
            // There is no way back; deleting it again, after a fault halfway, is no second deletion.
            return command.Deleted == true ? Views.License(change) : Standing.Gone;
        }

        change.State = before with
        {
            Suspended = command.Suspended ?? before.Suspended,
            Deleted = command.Deleted == true,
            ExpiresAt = command.SetExpiry ? command.ExpiresAt : before.ExpiresAt,
            Meters = command.Deleted == true ? [.. before.Meters.Select(meter => meter with { Spans = FeatureSpan.End(meter.Spans, change.Now) })] : before.Meters,
        };
        var what = command switch
        {
            { Deleted: true } => "deleted",
            { Suspended: true } => "suspended",
            { Suspended: false } => "resumed",
            _ => "expiry changed",
        };
        change.Log(new LedgerEntry { Kind = EntryKind.LicenseChanged, Detail = what });
        change.Send(change.Signal(SignalType.LicenseChanged) with { Detail = what });
        return Views.License(change);
    }

    public static Answer Apply(Change change, SetPlans command) => PutPlans(change, command.Plans, EntryKind.PlansChanged);

    public static Answer Apply(Change change, ChangePlan command)
    {
        var plan = command.Plan;
        if (command.OnlyVersion)
        {
            var present = change.State.Plans.FirstOrDefault(known => known.PlanId == plan.PlanId);
            if (present is null || present.Version == plan.Version || (command.FromVersion is { } from && present.Version != from))
            {
                return Change.Refuse(RefusalCode.NotOnPlan, $"The license is not on a version of the plan '{plan.PlanId}' that is to be changed.");
            }
        }

        var staying = change.State.Plans.Where(known => known.Group != plan.Group && known.PlanId != plan.PlanId);
        return Resolve(staying, command.Seen) is { } plans ? PutPlans(change, plans.Add(plan), EntryKind.PlansChanged) : OtherPlans;
    }

    public static Answer Apply(Change change, AssignFeature command)
    {
        var (feature, terms) = command.Feature;
        if (change.State.Meters.Length >= MeterLimits.Meters && change.State.FindMeter(feature.Code) is null)
        {
            return TooManyFeatures;
        }

        if (PriceUnits.RefusePrice(change.State, feature.Code, terms.PriceUnit) is { } mistaken)
        {
            return mistaken;
        }

        Put(change, OnTerms(change, feature, terms, null), "assigned");
        return new AssignmentAnswer(feature, terms);
    }

    public static Answer Apply(Change change, UnassignFeature command)
    {
        if (change.State.FindMeter(command.FeatureCode) is not { Assigned: true, PlanId: null } meter)
        {
            return Standing.NotAssigned(change, command.FeatureCode, 0);
        }

        if (Resolve(change.State.Plans, command.Plans) is not { } plans)
        {
            return OtherPlans;
        }

        if (Effective(plans).TryGetValue(command.FeatureCode, out var given))
        {
            return Put(change, OnTerms(change, given.Terms.Feature, given.Terms.Terms, given.PlanId), "assignment removed");
        }

        meter = Timeline.Advance(meter, change);
        return Put(change, new OnNewTerms(meter, Remove(meter, change)), "removed");
    }

    public static Answer Apply(Change change, SetMachine command)
    {
        if (Standing.Refuse(change) is { } invalid)
        {
            return invalid;
        }

        // Without a limit of its own a license may register machines freely.
        if (Standing.Meter(change, Machines.FeatureCode) is not { } meter)
        {
            Put(change, OnTerms(change, Machines.Feature, Terms.Unlimited, Machines.Unplanned), "assigned");
            meter = change.State.FindMeter(Machines.FeatureCode)!;
        }

        if (meter.Feature is not { Kind: FeatureKind.Metered, Metric: MetricType.Gauge })
        {
            return Change.Invalid("/cores", $"the feature '{Machines.FeatureCode}' of this license is no gauge");
        }

        var before = meter.Readings?.GetValueOrDefault(command.Fingerprint);
        var use = new Consume
        {
            FeatureCode = Machines.FeatureCode,
            Amount = command.Cores,
            Key = command.Fingerprint,
            Fingerprint = command.Fingerprint,
        };
        switch (Using.Consume(change, use, command.Name ?? before?.Name))
        {
            case UsageAnswer usage:
                return new MachineAnswer
                {
                    Fingerprint = command.Fingerprint,
                    Cores = command.Cores,
                    Name = command.Name ?? before?.Name,
                    TotalCores = usage.Used,
                    MaxCores = usage.Allowance,
                    Created = before is null,
                };
            case Refusal { Code: RefusalCode.QuotaExceeded } refusal:
                var others = meter.Used - (before?.Value ?? 0);
                return refusal with
                {
                    OtherCores = others,
                    Detail = $"The license may have {Amount.Format(Allowance.Total(meter) ?? 0)} cores; its other machines have "
                        + $"{Amount.Format(others)}, and this machine has {Amount.Format(command.Cores)}.",
                };
            case var refusal:
                return refusal;
        }
    }

    public static Answer Apply(Change change, RemoveMachine command)
    {
        if (Standing.Meter(change, Machines.FeatureCode) is not { } meter
            || meter.Readings?.GetValueOrDefault(command.Fingerprint) is not { } reading)
        {
            return Change.Refuse(RefusalCode.MachineNotFound, $"The license has no machine '{command.Fingerprint}'.");
        }

        var use = new Consume { FeatureCode = Machines.FeatureCode, Amount = 0, Key = command.Fingerprint, Fingerprint = command.Fingerprint };
        var removed = Removals.Remove(meter, change, command.Fingerprint, change.Now);
        Using.Count(change, removed, TierTable.For(meter), new Tally(use, EntryKind.Recorded) { Delta = -reading.Value, At = change.Now });
        return new Done(change.State.Sequence);
    }

    private static Refusal TooManyFeatures => Change.Refuse(RefusalCode.LimitReached, $"A license has at most {MeterLimits.Meters} features.");

    private static Refusal OtherPlans => Change.Refuse(RefusalCode.PlansChanged, "The license's plans were changed meanwhile.");

    // The terms of a license's plans, as they were seen; null where one was not seen, or in another version. A license keeps only which plans it is
    // on, so whoever asks for a change brings their terms along; whether they are still the right ones is decided here, by the one writer.
    private static ImmutableArray<PlanTerms>? Resolve(IEnumerable<PlanReference> plans, ImmutableArray<PlanTerms> seen)
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
    private static Answer PutPlans(Change change, ImmutableArray<PlanTerms> plans, EntryKind kind)
    {
        var effective = Effective(plans);
        var added = effective.Keys.Count(code => change.State.FindMeter(code) is null);
        if (change.State.Meters.Length + added > MeterLimits.Meters)
        {
            return TooManyFeatures;
        }

        change.Log(new LedgerEntry { Kind = kind, Detail = Describe(plans) });
        foreach (var meter in change.State.Meters)
        {
            if (meter is { Assigned: true, PlanId: not (null or Machines.Unplanned) } && !effective.ContainsKey(meter.Feature.Code))
            {
                // First what time brings, for it writes evidence to the state; then the state with the meter.
                var removed = Remove(Timeline.Advance(meter, change), change);
                change.State = change.State.With(removed);
            }
        }

        foreach (var (code, (planId, given)) in effective)
        {
            // Rule: an assignment to the license wins over a plan.
            if (change.State.FindMeter(code) is not { Assigned: true, PlanId: null })
            {
                // What time brings writes evidence to the state, so the meter comes first and then the state with it.
                var meter = Settled(change, OnTerms(change, given.Feature, given.Terms, planId));
                change.State = change.State.With(meter);
            }
        }

        change.State = change.State with { Plans = [.. plans.Select(plan => new PlanReference(plan.PlanId, plan.Version, plan.Group))] };
        return Views.License(change);
    }

    // Where plans of several groups give the same feature, the highest limit counts.
    private static SortedDictionary<string, (string PlanId, FeatureTerms Terms)> Effective(ImmutableArray<PlanTerms> plans)
    {
        var effective = new SortedDictionary<string, (string PlanId, FeatureTerms Terms)>(StringComparer.Ordinal);
        foreach (var plan in plans)
        {
            foreach (var given in plan.Features)
            {
                if (!effective.TryGetValue(given.Feature.Code, out var known)
                    || (known.Terms.Terms.Limit is { } limit && !(given.Terms.Limit <= limit)))
                {
                    effective[given.Feature.Code] = (plan.PlanId, given);
                }
            }
        }

        return effective;
    }

    private static OnNewTerms OnTerms(Change change, Feature feature, Terms terms, string? planId)
    {
        var schedule = terms.Reset.ScheduleFor(change.State.Anchor, change.State.TimeZone);
        if (change.State.FindMeter(feature.Code) is not { } known || known.Feature.Kind != feature.Kind || known.Feature.Metric != feature.Metric)
        {
            // As in a new period, the level at which a new meter stands was not crossed.
            var fresh = new MeterState
            {
                Feature = feature,
                Terms = terms,
                PlanId = planId,
                Schedule = schedule,
                Period = schedule.At(change.Now),
                Spans = FeatureSpan.Begin(change.State.FindMeter(feature.Code)?.Spans ?? [], change.Now),
            };
            return new OnNewTerms(null, feature.Kind == FeatureKind.Boolean ? fresh : fresh with { Level = Levels.Of(fresh, TierTable.For(fresh)) });
        }

        var before = Timeline.Advance(known, change);
        var sameReset = known.Terms.Reset == terms.Reset;
        var meter = before with
        {
            Feature = feature,
            Terms = terms,
            PlanId = planId,
            Assigned = true,
            Spans = FeatureSpan.Begin(before.Spans, change.Now),
            Schedule = sameReset ? before.Schedule : schedule,
            Period = sameReset ? before.Period : schedule.At(change.Now),
        };
        meter = Allowance.Settle(Closing.Turn(meter, before));
        var tiers = TierTable.For(meter);
        meter = RateLimiting.Adopt(meter, tiers, change.Now);
        var sameTiers = terms.Tiers.AsSpan().SequenceEqual(known.Terms.Tiers.AsSpan());
        return new OnNewTerms(before, sameTiers ? meter : meter with { TiersEntered = Pricing.Entered(meter, tiers) });
    }

    private static MeterState Remove(MeterState meter, Change change) => meter with { Assigned = false, Spans = FeatureSpan.End(meter.Spans, change.Now) };

    private static Done Put(Change change, OnNewTerms onTerms, string detail)
    {
        var meter = onTerms.After;
        change.Log(new LedgerEntry
        {
            Kind = EntryKind.FeatureChanged,
            FeatureCode = meter.Feature.Code,
            Before = meter.Used,
            After = meter.Used,
            Period = meter.Period,
            Detail = detail,
        });
        meter = Settled(change, onTerms);
        change.State = change.State.With(meter);
        return new Done(change.State.Sequence);
    }

    // A fresh meter has no level before, and a boolean one has none at all.
    private static MeterState Settled(Change change, OnNewTerms onTerms) =>
        onTerms is { Before: { } before, After: { Feature.Kind: FeatureKind.Metered } after } ? Levels.Resettle(before, after, change) : onTerms.After;

    // A meter as it stood, and as it stands on new terms; null before where it is fresh.
    private readonly record struct OnNewTerms(MeterState? Before, MeterState After);

    private static string Describe(ImmutableArray<PlanTerms> plans) => string.Join(", ", plans.Select(plan => $"{plan.PlanId}@{plan.Version}"));
}
