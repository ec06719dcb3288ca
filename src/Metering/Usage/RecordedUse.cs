namespace Metering;

/// <summary>Use that has already happened: it is counted, and never refused for quota (rule 10).</summary>
internal static class RecordedUse
{
    /// <summary>Counts what has already happened; never refuses for quota (rule 10).</summary>
    public static Answer Record(Change change, RecordUse command)
    {
        // Suspended and expired licenses are not asked about: the use has happened all the same (decisions, licenses).
        if (change.State.Deleted)
        {
            return LicenseValidity.Gone;
        }

        HoldState? lease = null;
        if (command.LeaseId is { } leaseId)
        {
            lease = Leases.Find(change, leaseId);
            if (lease is null)
            {
                return Holds.NotFound(leaseId);
            }

            // Whatever the command names: a lease is of one feature.
            command = command with { FeatureCode = lease.FeatureCode };
        }

        var at = Lateness.Moment(change, command.OccurredAt);
        var code = command.FeatureCode;
        var found = lease is null
            ? FeatureLookup.Meter(change, code) ?? FeatureLookup.FormerMeter(change, code, at)
            : FeatureLookup.HeldMeter(change, code);
        if (found is not { } meter)
        {
            return FeatureLookup.NotAssigned(change, code, command.Given);
        }

        if (meter.Feature.Kind == FeatureKind.Boolean)
        {
            return FeatureLookup.NotMetered(code);
        }

        var step = meter.Metric.Take(change, meter, command, at);
        if (step.Refusal is { Code: RefusalCode.LimitReached })
        {
            // It has happened, so it is not refused for lack of room.
            command = command with { Key = Readings.OtherKeys };
            step = meter.Metric.Take(change, meter, command, at);
        }

        var place = Lateness.PlaceOf(meter, change, at);
        if ((step.Refusal ?? UsageCount.OutOfRange(place.Closed?.Used ?? meter.Used, step.Delta, strict: false)) is { } wrong)
        {
            return wrong;
        }

        // Nothing falls below zero, also where less is left than is taken away: the use has happened, so it is not refused for that.
        var counted = new CountedUse(command, EntryKind.Recorded)
        {
            Given = command.Given,
            Delta = Math.Max(step.Delta, -meter.Used),
            At = place.At,
            Late = place.Late,
            HoldId = lease?.Id,
            Ignored = step.Ignored,
        };
        if (lease is not null)
        {
            return Leases.Draw(change, step.Meter, lease, counted, place.Closed);
        }

        if (counted.Ignored is not null)
        {
            return Ignore(change, meter, counted);
        }

        return UsageCount.Price(change, meter, place.Closed, ref counted) ?? UsageCount.Count(change, step.Meter, counted, place.Closed);
    }

    // A use that changes nothing has its evidence all the same: it came, and its event id is remembered (rule 8).
    private static UsageAnswer Ignore(Change change, MeterState meter, in CountedUse counted)
    {
        change.Log(counted.Entry(meter.Used, meter.Used, meter.Period, 0, default, null, counted.Use.UserId));
        return UsageAnswer.Of(change, meter, TierTable.For(meter), counted.Given, 0);
    }
}
