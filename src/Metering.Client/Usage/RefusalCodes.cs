namespace Metering.Client;

/// <summary>The codes by which the meter says why it let use not through.</summary>
public static class RefusalCodes
{
    /// <summary>The allowance is used up.</summary>
    public const string QuotaExceeded = "quota_exceeded";

    /// <summary>The balance can't cover the price.</summary>
    public const string InsufficientCredits = "insufficient_credits";

    /// <summary>Too fast for the tier's rate: <see cref="UsageRefusal.RetryAfter"/> says when it passes.</summary>
    public const string RateLimited = "rate_limited";

    /// <summary>The license does not have the feature.</summary>
    public const string FeatureNotAssigned = "feature_not_assigned";

    /// <summary>A tier suspended the feature until an operator resumes it, or until the next period.</summary>
    public const string UsageSuspended = "usage_suspended";

    /// <summary>An operator suspended the license.</summary>
    public const string LicenseSuspended = "license_suspended";

    /// <summary>The license's time is over.</summary>
    public const string LicenseExpired = "license_expired";

    /// <summary>
    /// The bound for use without a connection is reached (<see cref="MeteringClientOptions.OfflineLimit"/>); the client's own code.
    /// </summary>
    public const string OfflineLimitReached = "offline_limit_reached";
}
