namespace Metering;

/// <summary>A refusal changes no count (rule 4); it is tallied, and a tier may suspend use with it.</summary>
internal static class RefusedUse
{
    /// <summary>Refuses a use: tallies it in its day, suspends use where the verdict says so, and says how the feature stands.</summary>
    /// <param name="change">The license.</param>
    /// <param name="meter">The meter as it was judged.</param>
    /// <param name="tiers">Its tiers.</param>
    /// <param name="given">The value as it was given.</param>
    /// <param name="asked">What was asked.</param>
    /// <param name="verdict">Why.</param>
    public static Refusal Refuse(Change change, MeterState meter, TierTable tiers, decimal given, Asked asked, Verdict verdict)
    {
        meter = Days.Bound(meter with { Days = Days.Refuse(meter, change.Now) }, meter, change);

        // A refusal leaves no entry, but a suspension decides on all that follows, so it has one.
        if (verdict.Suspends is { } tier)
        {
            meter = meter with { Suspended = true, ResumesNextPeriod = tier.ResumesNextPeriod };
            change.Log(new LedgerEntry
            {
                Kind = EntryKind.UsageSuspended,
                FeatureCode = meter.Feature.Code,
                Before = meter.Used,
                After = meter.Used,
                Period = meter.Period,
                Detail = verdict.Detail,
            });
            change.Send(change.Signal(SignalType.UsageSuspended, meter));
        }

        change.Put(meter);
        var usage = UsageAnswer.Of(change, meter, tiers, given, 0, asked.Unpromised, verdict.By);

        // Tried only where time can bring it about, because each try lets time pass on a copy.
        var at = verdict.MayReturn ? RetryTime.Of(change, meter, asked) : null;
        return new Refusal
        {
            Code = verdict.Code!,
            Detail = at is null ? verdict.Detail! : RefusalText.From(verdict.Detail!, at.Value),
            RetryAfterSeconds = at is null ? verdict.RetryAfterSeconds : (long)Math.Ceiling((at.Value - change.Now).TotalSeconds),
            Usage = usage with { Allowed = false, Reason = verdict.Code },
        };
    }
}
