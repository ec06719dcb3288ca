namespace Metering;

/// <summary>
/// When use that was refused would pass: at the period's end, or when a grant begins or recurs. It is tried on a copy rather than worked
/// out, so that a time is named only where the same request would then pass.
/// </summary>
internal static class RetryTime
{
    /// <summary>How many of the grants' next times are tried. Of more than these, none is promised.</summary>
    private const int MaxGrantTimes = 4;

    /// <summary>When the amount would pass, if nothing else is used until then; null when no time that is known brings it about.</summary>
    /// <param name="change">The license.</param>
    /// <param name="meter">The meter, as the refusal leaves it.</param>
    /// <param name="amount">Units.</param>
    public static DateTimeOffset? Of(Change change, MeterState meter, decimal amount)
    {
        var tried = change.Now;
        for (var i = 0; i < MaxGrantTimes && NextGrant(meter, tried) is { } next; i++)
        {
            if (Passes(change, meter, amount, next))
            {
                return next;
            }

            tried = next;
        }

        return meter.Period.End is { } end && Passes(change, meter, amount, end) ? end : null;
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

    private static bool Passes(Change change, MeterState meter, decimal amount, DateTimeOffset at)
    {
        if (LicenseValidity.Invalidity(change.State, at) is not null)
        {
            return false;
        }

        var trial = new Change(change.State, at, change.Rules);
        var later = Timeline.Advance(meter, trial);
        return Verdict.Of(later, TierTable.For(later), amount, at).Code is null;
    }
}
