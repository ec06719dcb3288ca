namespace Metering.Api;

/// <summary>A use or an event, and what it came to.</summary>
// A struct that only refers to texts which are there anyway: noting one allocates nothing. Nothing in it is a secret: no key, no token, no
// metadata.
public readonly record struct RecentEvent
{
    /// <summary>When it was decided, UTC, by this instance's own clock.</summary>
    public DateTimeOffset At { get; init; }

    /// <summary>The customer; null where only the license is known, or neither.</summary>
    public string? TenantId { get; init; }

    /// <summary>The license; null where it is not known.</summary>
    public string? LicenseId { get; init; }

    /// <summary>The feature; null where it could not be read.</summary>
    public string? Metric { get; init; }

    /// <summary>As it was given; null where it could not be read.</summary>
    public decimal? Quantity { get; init; }

    /// <summary>The event's id; null where it has none.</summary>
    public string? EventId { get; init; }

    /// <summary>On which way it came.</summary>
    public RecentSource Source { get; init; }

    /// <summary>What it came to.</summary>
    public RecentOutcome Outcome { get; init; }

    /// <summary>Why it was not counted, as a code; null where it was.</summary>
    public string? Code { get; init; }

    /// <summary>What a use came to.</summary>
    /// <param name="licenseId">The license.</param>
    /// <param name="use">The use.</param>
    /// <param name="result">What the license's writer said.</param>
    internal static RecentEvent Of(string licenseId, Use use, ApplyResult result) => Of(result) with
    {
        LicenseId = licenseId,
        Metric = use.FeatureCode.Length == 0 ? (result.Answer as UsageAnswer)?.FeatureCode : use.FeatureCode,
        Quantity = use.Given,
        EventId = use.EventId,
        Source = use is Consume ? RecentSource.Consume : use is RecordUse { LeaseId: not null } ? RecentSource.Lease : RecentSource.Report,
    };

    /// <summary>What the commit of a reservation came to.</summary>
    internal static RecentEvent OfReservation(string licenseId, ApplyResult result) => Of(result) with
    {
        LicenseId = licenseId,
        Metric = (result.Answer as UsageAnswer)?.FeatureCode,
        Quantity = (result.Answer as UsageAnswer)?.Amount,
        Source = RecentSource.Reservation,
    };

    /// <summary>An event with what it came to.</summary>
    /// <param name="usage">The event; null where it could not be read.</param>
    /// <param name="source">On which way it came.</param>
    /// <param name="outcome">What it came to.</param>
    /// <param name="code">Why it was not counted; null where it was.</param>
    /// <param name="licenseId">Its license, where the event does not name it; null where that is not known.</param>
    public static RecentEvent Of(
        UsageEvent? usage, RecentSource source, RecentOutcome outcome, string? code = null, string? licenseId = null) => new()
        {
            TenantId = usage?.TenantId,
            LicenseId = usage?.LicenseId ?? licenseId,
            Metric = usage?.Metric,
            Quantity = usage?.Quantity,
            EventId = usage?.EventId,
            Source = source,
            Outcome = outcome,
            Code = code,
        };

    private static RecentEvent Of(ApplyResult result) => result switch
    {
        { Status: ApplyStatus.Replayed } => new() { Outcome = RecentOutcome.Duplicate },
        { Status: ApplyStatus.Applied, Answer: Refusal refusal } => new() { Outcome = RecentOutcome.Refused, Code = refusal.Code },
        { Status: ApplyStatus.Applied } => new() { Outcome = RecentOutcome.Counted },
        { Status: ApplyStatus.LicenseNotFound } => Rejected(RefusalCode.LicenseNotFound),
        { Status: ApplyStatus.KeyReused } => Rejected(ProblemCode.IdempotencyKeyReused),
        { Status: ApplyStatus.Busy } => Rejected(ProblemCode.Busy),
        _ => Rejected(ProblemCode.InternalError),
    };

    private static RecentEvent Rejected(string code) => new() { Outcome = RecentOutcome.Rejected, Code = code };
}
