namespace Metering;

/// <summary>Which meter a command means.</summary>
internal static class FeatureLookup
{
    /// <summary>
    /// The meter of a feature that the license has, brought to now; null when it has it not. What time brought is kept whatever the
    /// command comes to, for its evidence is written.
    /// </summary>
    public static MeterState? Meter(Change change, string featureCode) =>
        change.State.FindMeter(featureCode) is { Assigned: true } known ? Advance(change, known) : null;

    /// <summary>
    /// The meter of a feature of which a hold set something aside, brought to now. Whether the license still has the feature is not asked:
    /// what was set aside was promised before.
    /// </summary>
    // A meter stays in the state also when the license loses its feature, so a hold always has one.
    public static MeterState HeldMeter(Change change, string featureCode) => Advance(change, change.State.FindMeter(featureCode)!);

    /// <summary>
    /// The meter of a feature that the license had when a use happened and has no longer, brought to now; null when it had it not either,
    /// or the use is too old to count where it happened.
    /// </summary>
    public static MeterState? FormerMeter(Change change, string featureCode, DateTimeOffset at)
    {
        if (change.State.FindMeter(featureCode) is not { Assigned: false } known
            || !known.Spans.Any(span => span.Contains(at)) || change.Now - at > change.Rules.LateWindow)
        {
            return null;
        }

        return Advance(change, known);
    }

    /// <summary>
    /// Whether a command leaves open which feature it means, as Keygen's forms do for a license with one metered feature.
    /// </summary>
    public static bool NamesOnlyMetered(Command command) => command
        // A lease says itself of which feature its use is.
        is Use { FeatureCode: "" } and not RecordUse { LeaseId: not null }
        or DecrementUsage { FeatureCode: "" }
        or ResetUsage { FeatureCode: "" }
        or ResetUsage { FeatureCode: null, TopUp: not null };

    /// <summary>The command, with the feature that it means.</summary>
    public static Command Name(Command command, string featureCode) => command switch
    {
        Use use => use with { FeatureCode = featureCode },
        DecrementUsage decrement => decrement with { FeatureCode = featureCode },
        ResetUsage reset => reset with { FeatureCode = featureCode },
        _ => command,
    };

    /// <summary>The code of the license's metered feature, where it has just one; else null.</summary>
    public static string? OnlyMetered(LicenseState state)
    {
        string? only = null;
        foreach (var meter in state.Meters)
        {
            if (meter is { Assigned: true, Feature.Kind: FeatureKind.Metered })
            {
                if (only is not null)
                {
                    return null;
                }

                only = meter.Feature.Code;
            }
        }

        return only;
    }

    /// <summary>The refusal of a feature that the license does not have.</summary>
    public static Refusal NotAssigned(Change change, string featureCode, decimal given) => new()
    {
        Code = RefusalCode.FeatureNotAssigned,
        Detail = $"The license does not have the feature '{featureCode}'.",
        Usage = UsageAnswer.Unassigned(change, featureCode, given),
    };

    /// <summary>The refusal of a count of what is only had.</summary>
    public static Refusal NotMetered(string featureCode) => new()
    {
        Code = RefusalCode.InvalidRequest,
        Pointer = "/feature_code",
        Detail = $"'{featureCode}' is a boolean feature: nothing is counted.",
    };

    private static MeterState Advance(Change change, MeterState known)
    {
        var meter = Timeline.Advance(known, change);

        // Only where time has moved it, because putting it copies the state.
        return ReferenceEquals(meter, known) ? meter : change.Put(meter);
    }
}
