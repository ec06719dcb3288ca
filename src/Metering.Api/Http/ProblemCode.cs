using System.Collections.Frozen;

namespace Metering.Api;

/// <summary>
/// Every code that a problem document may have, with its status and title. The domain's codes are in <see cref="RefusalCode"/>.
/// </summary>
public static class ProblemCode
{
    /// <summary>The body is not JSON.</summary>
    public const string MalformedJson = "malformed_json";

    /// <summary>The route needs an <c>Idempotency-Key</c>.</summary>
    public const string IdempotencyKeyRequired = "idempotency_key_required";

    /// <summary>The same <c>Idempotency-Key</c> came with another request.</summary>
    public const string IdempotencyKeyReused = "idempotency_key_reused";

    /// <summary>No credential, or a wrong one.</summary>
    public const string Unauthenticated = "unauthenticated";

    /// <summary>The view token's time is over.</summary>
    public const string ViewTokenExpired = "view_token_expired";

    /// <summary>The view token's license has another key since, or was deleted.</summary>
    public const string ViewTokenRevoked = "view_token_revoked";

    /// <summary>The caller's address has shown too many credentials that are not valid.</summary>
    public const string TooManyFailedLogins = "too_many_failed_logins";

    /// <summary>The token lacks the scope.</summary>
    public const string Forbidden = "forbidden";

    /// <summary>No such route.</summary>
    public const string NotFound = "not_found";

    /// <summary>The route takes other methods.</summary>
    public const string MethodNotAllowed = "method_not_allowed";

    /// <summary>The body is larger than the route takes.</summary>
    public const string BodyTooLarge = "body_too_large";

    /// <summary>The route does not take this media type.</summary>
    public const string UnsupportedMediaType = "unsupported_media_type";

    /// <summary>No such feature in the catalog, or on the license.</summary>
    public const string FeatureNotFound = "feature_not_found";

    /// <summary>No such plan, or no such version of it.</summary>
    public const string PlanNotFound = "plan_not_found";

    /// <summary>No such migration.</summary>
    public const string MigrationNotFound = "migration_not_found";

    /// <summary>No such dead letter.</summary>
    public const string DeadLetterNotFound = "dead_letter_not_found";

    /// <summary>No such webhook.</summary>
    public const string WebhookNotFound = "webhook_not_found";

    /// <summary>No such token.</summary>
    public const string TokenNotFound = "token_not_found";

    /// <summary>The token comes from the configuration; it is taken away there.</summary>
    public const string TokenConfigured = "token_configured";

    /// <summary>No other token may manage, so nobody could make or revoke one any more.</summary>
    public const string LastManageToken = "last_manage_token";

    /// <summary>No such delivery.</summary>
    public const string DeliveryNotFound = "delivery_not_found";

    /// <summary>A feature's kind or metric type can't be changed once it is published.</summary>
    public const string FeatureInUse = "feature_in_use";

    /// <summary>The license has no direct assignment of the feature that could be taken away.</summary>
    public const string FeatureFromPlan = "feature_from_plan";

    /// <summary>A part of the evidence that a report would be made of was removed, because its retention is over.</summary>
    public const string EvidenceRemoved = "evidence_removed";

    /// <summary>No such export.</summary>
    public const string ExportNotFound = "export_not_found";

    /// <summary>No such schedule of exports.</summary>
    public const string ExportScheduleNotFound = "export_schedule_not_found";

    /// <summary>The host could not take the request now.</summary>
    public const string Busy = "busy";

    /// <summary>The host can't serve.</summary>
    public const string NotReady = "not_ready";

    /// <summary>A fault in the service.</summary>
    public const string InternalError = "internal_error";

    /// <summary>The prefix that makes a code a problem's <c>type</c>.</summary>
    public const string TypePrefix = "https://meterfunctions.dev/problems/";

    private static readonly FrozenDictionary<string, (int Status, string Title)> Known = new Dictionary<string, (int, string)>
    {
        [RefusalCode.InvalidRequest] = (400, "The request is not valid"),
        [MalformedJson] = (400, "The body is not JSON"),
        [IdempotencyKeyRequired] = (400, "An Idempotency-Key is required"),
        [Unauthenticated] = (401, "Not authenticated"),
        [ViewTokenExpired] = (401, "The view token is expired"),
        [ViewTokenRevoked] = (401, "The view token was revoked"),
        [RefusalCode.InsufficientCredits] = (402, "Not enough credit"),
        [Forbidden] = (403, "Not allowed"),
        [RefusalCode.FeatureNotAssigned] = (403, "The license does not have the feature"),
        [RefusalCode.QuotaExceeded] = (403, "The quota is exceeded"),
        [RefusalCode.UsageSuspended] = (403, "Use is suspended"),
        [RefusalCode.LicenseSuspended] = (403, "The license is suspended"),
        [RefusalCode.LicenseExpired] = (403, "The license is expired"),
        [NotFound] = (404, "There is nothing here"),
        [RefusalCode.LicenseNotFound] = (404, "There is no such license"),
        [RefusalCode.HoldNotFound] = (404, "There is no such open hold"),
        [RefusalCode.GrantNotFound] = (404, "There is no such grant"),
        [RefusalCode.BalanceNotFound] = (404, "There is no such balance"),
        [RefusalCode.MachineNotFound] = (404, "There is no such machine"),
        [FeatureNotFound] = (404, "There is no such feature"),
        [PlanNotFound] = (404, "There is no such plan"),
        [MigrationNotFound] = (404, "There is no such migration"),
        [DeadLetterNotFound] = (404, "There is no such dead letter"),
        [WebhookNotFound] = (404, "There is no such webhook"),
        [TokenNotFound] = (404, "There is no such token"),
        [DeliveryNotFound] = (404, "There is no such delivery"),
        [ExportNotFound] = (404, "There is no such export"),
        [ExportScheduleNotFound] = (404, "There is no such schedule"),
        [MethodNotAllowed] = (405, "The method is not allowed here"),
        [RefusalCode.GrantEnded] = (409, "The grant is over"),
        [RefusalCode.BalanceExists] = (409, "There is a balance in this unit already"),
        [RefusalCode.NotOnPlan] = (409, "The license is not on the plan"),
        [RefusalCode.PlansChanged] = (409, "The license's plans were changed"),
        [RefusalCode.LimitReached] = (409, "A limit of the license is reached"),
        [FeatureInUse] = (409, "The feature is in use"),
        [TokenConfigured] = (409, "The token comes from the configuration"),
        [LastManageToken] = (409, "It is the last token that may manage"),
        [FeatureFromPlan] = (409, "The feature comes from a plan"),
        [EvidenceRemoved] = (410, "The evidence was removed"),
        [BodyTooLarge] = (413, "The body is too large"),
        [UnsupportedMediaType] = (415, "The media type is not supported"),
        [IdempotencyKeyReused] = (422, "The Idempotency-Key was used for another request"),
        [RefusalCode.RateLimited] = (429, "Too fast"),
        [TooManyFailedLogins] = (429, "Too many failed logins"),
        [InternalError] = (500, "The service failed"),
        [Busy] = (503, "The service is busy"),
        [NotReady] = (503, "The service is not ready"),
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>Every value that a problem's <c>code</c> may have.</summary>
    public static IReadOnlyCollection<string> All => Known.Keys;

    /// <summary>The status of a code's answer.</summary>
    public static int StatusOf(string code) => Known[code].Status;

    /// <summary>The title of a code's answer.</summary>
    public static string TitleOf(string code) => Known[code].Title;
}
