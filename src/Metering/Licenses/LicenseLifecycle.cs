namespace Metering;

/// <summary>How a license begins, is suspended and resumed, and ends.</summary>
internal static class LicenseLifecycle
{
    /// <summary>The state of a new license, which has nothing yet.</summary>
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

    /// <summary>Gives a new license its features and plans. Nothing is signalled: there was no level before.</summary>
    public static Answer Fill(Change change, OpenLicense command)
    {
        if (command.Features.Length > MeterLimits.Meters)
        {
            return Assignments.TooManyFeatures;
        }

        if (FeatureRoom.Refuse(change.State, command.Features, null) is { } full)
        {
            return full;
        }

        // Assignments come first, because a plan leaves alone what it finds assigned.
        foreach (var (feature, terms) in command.Features)
        {
            change.Put(TermsChange.To(change, feature, terms, null).After);
        }

        return PlanChanges.Put(change, command.Plans, EntryKind.LicenseCreated);
    }

    /// <summary>Suspends, resumes or deletes the license, or changes its expiry.</summary>
    public static Answer Apply(Change change, ChangeLicense command)
    {
        var before = change.State;
        if (before.Deleted)
        {
            // There is no way back; deleting it again, after a fault halfway, is no second deletion.
            return command.Deleted == true ? LicenseAnswer.Of(change) : LicenseValidity.Gone;
        }

        var deleted = command.Deleted == true;
        change.State = before with
        {
            Suspended = command.Suspended ?? before.Suspended,
            Deleted = deleted,
            ExpiresAt = command.SetExpiry ? command.ExpiresAt : before.ExpiresAt,
            // The directory goes by spans: events that name a tenant must not find features on a license that was deleted.
            Meters = deleted
                ? [.. before.Meters.Select(meter => meter with { Spans = FeatureSpan.End(meter.Spans, change.Now) })]
                : before.Meters,
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
        return LicenseAnswer.Of(change);
    }
}
