namespace Metering;

/// <summary>
/// Lazy time (rule 3): whoever touches a meter first lets happen what time has brought since, in constant time however long that was.
/// </summary>
internal static class Timeline
{
    /// <summary>Brings one meter to now.</summary>
    public static MeterState Advance(MeterState meter, Change change)
    {
        if (meter.Feature.Kind == FeatureKind.Boolean)
        {
            return meter;
        }

        // What holds set aside has returned by now (HoldExpiry.Return): their time may have been over before the period ended.
        var due = meter;
        if (meter.Period.End is { } end && change.Now >= end)
        {
            due = PeriodClose.Enter(due, change, end);
        }

        // Levels are compared with the period as it opened and not as the one before ended, for a new period begins silently.
        var opened = due;
        due = GrantTimeline.Advance(due, change, change.Now);
        due = MovedOverage.Tell(meter, due, change, byTime: true);
        due = ClosedPeriods.Forget(Days.Close(due, change), change);
        return ReferenceEquals(due, meter) ? meter : Levels.AfterChange(opened, due, change);
    }

    /// <summary>
    /// Brings to now the meters whose holds set credit aside: what their holds will cost, and so what other features may spend of the
    /// same balance, depends on their period and allowance.
    /// </summary>
    public static void AdvanceHeld(Change change)
    {
        // By its place, because a meter that is brought to now may close days of those after it.
        for (var i = 0; i < change.State.Meters.Length; i++)
        {
            var meter = change.State.Meters[i];
            if (meter is { Held: > 0, Terms.PriceUnit: not null } && Advance(meter, change) is var due && !ReferenceEquals(due, meter))
            {
                change.Put(due);
            }
        }
    }
}
