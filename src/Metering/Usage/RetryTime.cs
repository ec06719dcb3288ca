namespace Metering;

/// <summary>
/// When use that was refused would pass: at the period's end, or when a grant begins or recurs. It is tried on a copy rather than worked
/// out, so that a time is named only where the same request would then pass.
/// </summary>
internal static class RetryTime
{
    /// <summary>How many of the grants' next times are tried. Of more than these, none is promised.</summary>
    private const int MaxGrantTimes = 4;

    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    /// <summary>When it would pass, if nothing else is used until then; null when no time that is known brings it about.</summary>
    /// <param name="change">The license.</param>
    /// <param name="meter">The meter, as the refusal leaves it.</param>
    /// <param name="asked">What was asked.</param>
    public static DateTimeOffset? Of(Change change, MeterState meter, Asked asked)
    {
        var tried = change.Now;
        for (var i = 0; i < MaxGrantTimes && NextGrant(meter, tried) is { } next; i++)
        {
            if (Passes(change, meter, asked, next))
            {
                return next;
            }

            tried = next;
        }

        return meter.Period.End is { } end && Passes(change, meter, asked, end) ? end : null;
    }

    // Before the period ends: beyond it, the period itself is what brings the use back.
    private static DateTimeOffset? NextGrant(MeterState meter, DateTimeOffset after)
    {
        DateTimeOffset? next = null;
        foreach (var grant in meter.Grants)
        {
            var due = grant.Active ? grant.RecursAt : grant.EffectiveAt;
            if (due > after && !(due >= next) && !(due >= meter.Period.End))
            {
                next = due;
            }
        }

        return next;
    }

    private static bool Passes(Change change, MeterState meter, Asked asked, DateTimeOffset at)
    {
        // The time is told in whole seconds, so a hold must stand until the end of its second.
        if (LicenseValidity.Invalidity(change.State, at) is not null || asked.PromisedUntil <= at + Second)
        {
            return false;
        }

        var trial = new Change(change.State, at, change.Rules);
        var later = Timeline.Advance(meter, trial);

        // All of it, and its price too: what the policies let through may be refused for lack of credit.
        var admission = Admission.Decide(
            trial.State.With(later), later, TierTable.For(later), asked with { PartWillDo = false }, at);
        return admission is { Verdict.Code: null, Invalid: null };
    }
}
