namespace Metering;

/// <summary>The machines of a license: keys of its gauge of cores.</summary>
internal static class MachineRegister
{
    /// <summary>Registers a machine, or changes its cores: a consume of the gauge, so that limit and policies decide.</summary>
    public static Answer Set(Change change, SetMachine command)
    {
        if (LicenseValidity.Refuse(change) is { } invalid)
        {
            return invalid;
        }

        // Without a limit of its own a license may register machines freely.
        if (FeatureLookup.Meter(change, Machines.FeatureCode) is not { } meter)
        {
            TermsChange.To(change, Machines.Feature, Terms.Unlimited, Machines.Unplanned).Put(change, "assigned");
            meter = change.State.FindMeter(Machines.FeatureCode)!;
        }

        // The code is one like any other, and a catalog may define it as something else.
        if (meter.Feature.Kind != FeatureKind.Metered || meter.Feature.Metric != Machines.Feature.Metric)
        {
            return Change.Invalid("/cores", $"the feature '{Machines.FeatureCode}' of this license is no gauge");
        }

        // Read before the consume, which puts the new reading in its place: the answer says whether the machine is new.
        var before = meter.Readings?.GetValueOrDefault(command.Fingerprint);
        var use = new Consume
        {
            FeatureCode = Machines.FeatureCode,
            Given = command.Cores,
            Key = command.Fingerprint,
            Fingerprint = command.Fingerprint,
        };
        switch (Consumption.Consume(change, use, command.Name ?? before?.Name))
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

    /// <summary>Forgets a machine, and gives its cores back.</summary>
    public static Answer Remove(Change change, RemoveMachine command)
    {
        if (FeatureLookup.Meter(change, Machines.FeatureCode) is not { } meter
            || meter.Readings?.GetValueOrDefault(command.Fingerprint) is not { } reading)
        {
            return Change.Refuse(RefusalCode.MachineNotFound, $"The license has no machine '{command.Fingerprint}'.");
        }

        var machine = command.Fingerprint;
        var use = new Consume { FeatureCode = Machines.FeatureCode, Given = 0, Key = machine, Fingerprint = machine };
        var removed = Removals.Remove(meter, change, command.Fingerprint, change.Now);

        // As recorded use, because giving cores back is never refused, whatever policies and rates say.
        var counted = new CountedUse(use, EntryKind.Recorded) { Delta = -reading.Value, At = change.Now };
        UsageCount.Count(change, removed, TierTable.For(meter), counted);
        return new Done(change.State.Sequence);
    }
}
