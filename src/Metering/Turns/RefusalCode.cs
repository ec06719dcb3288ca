namespace Metering;

/// <summary>Why a command is refused: the codes of the contract's problem documents that the domain decides.</summary>
public static class RefusalCode
{
    /// <summary>A field is wrong for this feature or state (400).</summary>
    public const string InvalidRequest = "invalid_request";

    /// <summary>The balance cannot cover the cost (402).</summary>
    public const string InsufficientCredits = "insufficient_credits";

    /// <summary>The license does not have the feature (403).</summary>
    public const string FeatureNotAssigned = "feature_not_assigned";

    /// <summary>The allowance does not cover the amount (403).</summary>
    public const string QuotaExceeded = "quota_exceeded";

    /// <summary>A tier's policy has suspended use (403).</summary>
    public const string UsageSuspended = "usage_suspended";

    /// <summary>An operator has suspended the license (403).</summary>
    public const string LicenseSuspended = "license_suspended";

    /// <summary>The license's time is over (403).</summary>
    public const string LicenseExpired = "license_expired";

    /// <summary>The tier's rate is used up for now (429).</summary>
    public const string RateLimited = "rate_limited";

    /// <summary>There is no such license (404).</summary>
    public const string LicenseNotFound = "license_not_found";

    /// <summary>There is no such open hold: it was settled, released, or its time was over (404).</summary>
    public const string HoldNotFound = "hold_not_found";

    /// <summary>There is no such grant (404).</summary>
    public const string GrantNotFound = "grant_not_found";

    /// <summary>The grant is over already (409).</summary>
    public const string GrantEnded = "grant_ended";

    /// <summary>There is no balance in this unit (404).</summary>
    public const string BalanceNotFound = "balance_not_found";

    /// <summary>There is a balance in this unit already (409).</summary>
    public const string BalanceExists = "balance_exists";

    /// <summary>There is no such machine (404).</summary>
    public const string MachineNotFound = "machine_not_found";

    /// <summary>The license is not on the plan, or not on the version, that was to be changed (409).</summary>
    public const string NotOnPlan = "not_on_plan";

    /// <summary>The license's plans are others than whoever asked had seen (409).</summary>
    public const string PlansChanged = "plans_changed";

    /// <summary>The license would pass a limit on what it may hold: meters, grants, holds, keys, balances (409).</summary>
    public const string LimitReached = "limit_reached";
}
