namespace Metering.Api;

/// <summary>How the whole service stands: where customers are in their quotas, what could not be counted, what comes in.</summary>
/// <param name="AsOf">When dead letters and webhooks were looked at, UTC; at most 10 seconds ago. Licenses say their own time.</param>
/// <param name="Instance">The instance that answers.</param>
/// <param name="Licenses">The licenses by how they stand.</param>
/// <param name="Tenants">The customers that are furthest in their quotas, at most 50.</param>
/// <param name="OverLimit">Features of active licenses of which nothing is left: what comes next is refused, or is overage.</param>
/// <param name="NearLimit">Those that have used 80 percent or more, or of which a tier has warned.</param>
/// <param name="DeadLetters">Events that could not be counted and wait for somebody.</param>
/// <param name="Webhooks">Each webhook.</param>
/// <param name="Minutes">
/// What each of the last 60 minutes brought to the instance that answers, by its own clock, oldest first; the last one is still running.
/// </param>
[Example("""
    {"as_of":"2026-11-26T10:00:05Z","instance":"5f0c21aa",
     "licenses":{"as_of":"2026-11-26T10:00:04Z","is_complete":true,"total":3,"active":2,"suspended":1,"expired":0,"unreadable":0},
     "tenants":[{"tenant_id":"tenant_acme","licenses":{"count":2,"has_more":false},
       "nearest":{"license_id":"lic_abcdefghijklmnopqrstuvwx","tenant_id":"tenant_acme","feature_code":"api_calls","used":950,
        "allowance":1000,"percent":95,"level":"critical","resets_at":"2026-12-01T00:00:00Z"}}],
     "over_limit":{"count":0,"items":[]},
     "near_limit":{"count":1,"items":[{"license_id":"lic_abcdefghijklmnopqrstuvwx","tenant_id":"tenant_acme","feature_code":"api_calls",
       "used":950,"allowance":1000,"percent":95,"level":"critical","resets_at":"2026-12-01T00:00:00Z"}]},
     "dead_letters":{"count":2,"has_more":false},
     "webhooks":[{"id":"whk_abcdefghijklmnopqrstuvwx","url":"https://billing.example.com/hooks","enabled":true,"disabled_reason":null,
       "disabled_at":null,"waiting":{"count":1,"has_more":false},
       "last_failure":{"delivery_id":"dlv_0199a8f2c1d07a6e9f00b1c2d3e4f506","at":"2026-11-26T09:58:00Z","status":503,"error":"503"}}],
     "minutes":[{"start":"2026-11-26T10:00:00Z","counted":120,"duplicates":3,"not_counted":1}]}
    """)]
public sealed record OverviewAnswer(
    DateTimeOffset AsOf,
    string Instance,
    LicenseCounts Licenses,
    IReadOnlyList<TenantStanding> Tenants,
    QuotaPlaces OverLimit,
    QuotaPlaces NearLimit,
    BoundedCount DeadLetters,
    IReadOnlyList<WebhookHealth> Webhooks,
    IReadOnlyList<EventMinute> Minutes);
