namespace Metering.Api;

/// <summary>
/// What an event came to: counted, counted before, or rejected with the reason. Requests and streams tell the same of the same event,
/// because both take it from here.
/// </summary>
public sealed record EventOutcome
{
    /// <summary>What is said of an event that met a fault of ours.</summary>
    public const string FailedDetail =
        "The service failed on this event, and the fault was logged. Sending it again counts it at most once.";

    private static readonly EventOutcome Counted = new();
    private static readonly EventOutcome Duplicate = new() { IsDuplicate = true };

    private EventOutcome()
    {
    }

    /// <summary>Whether it had been counted before.</summary>
    public bool IsDuplicate { get; private init; }

    /// <summary>Why it can't be counted; null when it has been counted, now or before.</summary>
    public RejectedEvent? Rejected { get; private init; }

    /// <summary>What an event came to that was brought to a license.</summary>
    /// <param name="usage">The event.</param>
    /// <param name="result">What the license's writer said.</param>
    public static EventOutcome Of(UsageEvent usage, ApplyResult result) => result switch
    {
        // Whatever the first answer was: a refusal is not remembered, so what comes again has been counted.
        { Status: ApplyStatus.Replayed } => Duplicate,
        { Status: ApplyStatus.Applied, Answer: Refusal refusal } =>
            Reject(usage, refusal.Code, refusal.Detail, PointerInEvent(refusal.Pointer)),
        { Status: ApplyStatus.Applied } => Counted,
        { Status: ApplyStatus.LicenseNotFound } => Reject(usage, RefusalCode.LicenseNotFound, "There is no such license."),
        { Status: ApplyStatus.KeyReused } => Reject(usage, ProblemCode.IdempotencyKeyReused, "The event's id was used for something else."),
        { Status: ApplyStatus.Failed } => Failed(usage),
        _ => Busy(usage),
    };

    /// <summary>An event whose customer has no license that counts it.</summary>
    public static EventOutcome NoLicense(UsageEvent usage)
    {
        ArgumentNullException.ThrowIfNull(usage);
        return Reject(usage, RefusalCode.FeatureNotAssigned, $"The tenant has no license with the feature {usage.Metric}.");
    }

    /// <summary>An event that could not be taken now.</summary>
    public static EventOutcome Busy(UsageEvent usage) =>
        Reject(usage, IntakeResult.Busy, "The service is busy. The event may be sent again with the same id.");

    /// <summary>An event that met a fault of ours, which was logged.</summary>
    public static EventOutcome Failed(UsageEvent usage) => Reject(usage, ProblemCode.InternalError, FailedDetail);

    private static EventOutcome Reject(UsageEvent usage, string code, string detail, string? pointer = null) =>
        new() { Rejected = new RejectedEvent(usage, code, detail, pointer) };

    // Where an event has what its command calls by another name.
    private static string? PointerInEvent(string? pointer) => pointer switch
    {
        "/amount" => "/quantity",
        "/feature_code" => "/metric",
        _ => pointer,
    };
}
