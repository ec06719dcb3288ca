namespace Metering.Api;

/// <summary>Body of report.</summary>
// Set and not init, as in UseRequest.
[Example("""{"feature_code":"api_calls","amount":2,"event_id":"evt_1","occurred_at":"2026-11-21T10:00:00Z"}""")]
public sealed record ReportRequest : UseRequest
{
    /// <summary>When the use happened; now where it is absent.</summary>
    public DateTimeOffset? OccurredAt { get; set; }

    private protected override void AddTo(RequestHash hash)
    {
        base.AddTo(hash);
        // As it was given: with the present time in place of an absent one, a repeat would be another request.
        hash.Field("occurred_at", OccurredAt);
    }

    /// <exception cref="ProblemException">A field is not valid.</exception>
    internal RecordUse ToRecord()
    {
        var errors = Check();
        errors.ThrowIfAny();
        return new RecordUse
        {
            FeatureCode = FeatureCode!,
            Given = Amount ?? 1,
            Key = Key,
            EventId = EventId,
            Fingerprint = Fingerprint,
            UserId = UserId,
            Metadata = Metadata,
            OccurredAt = OccurredAt,
        };
    }
}
