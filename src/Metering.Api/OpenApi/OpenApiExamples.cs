using System.Text.Json.Nodes;

namespace Metering.Api;

/// <summary>An example of each body, and of the answers that most callers read.</summary>
internal static class OpenApiExamples
{
    private const string Event =
        """{"tenant_id":"tenant_acme","metric":"api_calls","quantity":1,"user_id":"user_1","event_id":"evt_1","occurred_at":"2026-11-21T10:00:00Z"}""";

    private const string Usage =
        """
        {"allowed":true,"feature_code":"api_calls","kind":"metered","amount":1,"reason":null,"used":41,"limit":1000,"allowance":1200,"held":0,"remaining":1159,
         "overage":0,"unlimited":false,"level":"normal","policy":"notify_only","period":{"start":"2026-11-01T00:00:00Z","end":"2026-12-01T00:00:00Z"},
         "resets_at":"2026-12-01T00:00:00Z","cost":0.02,"balance":{"unit":"USD","available":9.98},"sequence":77,"signals":["level_changed"]}
        """;

    private const string Plan =
        """
        {"id":"pro","name":"Pro","group":"base","price":{"amount":19,"currency":"USD","interval":"month"},
         "includes":[{"feature_code":"pro_models"},
          {"feature_code":"messages","limit":2000,"reset":{"interval":"month","anchor":"calendar","time_zone":"Europe/Berlin"},"rollover":{"max":500},
           "tiers":[{"from":"80%","level":"warning"},{"from":2000,"level":"over_usage","policy":"allow_with_overage","unit_price":0.002}],"price":{"unit":"USD"}}]}
        """;

    private static readonly Dictionary<Type, string> Texts = new()
    {
        [typeof(UseRequest)] = """{"feature_code":"api_calls","amount":2,"user_id":"user_1","metadata":{"model":"small"}}""",
        [typeof(ReportRequest)] = """{"feature_code":"api_calls","amount":2,"event_id":"evt_1","occurred_at":"2026-11-21T10:00:00Z"}""",
        [typeof(CheckRequest)] = """{"feature_code":"api_calls","amount":2}""",
        [typeof(ReservationRequest)] = """{"feature_code":"tokens","amount":4000,"ttl_seconds":120}""",
        [typeof(CommitRequest)] = """{"amount":3120,"user_id":"user_1"}""",
        [typeof(LeaseRequest)] = """{"feature_code":"api_calls","amount":1000,"ttl_seconds":86400,"fingerprint":"machine-1"}""",
        [typeof(LeaseSyncRequest)] = """{"usage":[{"event_id":"evt_1","amount":12,"occurred_at":"2026-11-21T10:00:00Z"}],"close":false}""",
        [typeof(MachineRequest)] = """{"cores":8,"name":"build server"}""",
        [typeof(CatalogDocument)] =
            $$"""{"features":[{"code":"messages","name":"Messages","unit":"message"},{"code":"pro_models","kind":"boolean"}],"plans":[{{Plan}}]}""",
        [typeof(FeatureDocument)] = """{"code":"cpu_cores","kind":"metered","metric":"gauge","unit":"core"}""",
        [typeof(PlanDocument)] = Plan,
        [typeof(MigrateRequest)] = """{"from_version":1,"to_version":2}""",
        [typeof(LicenseRequest)] = """{"tenant_id":"tenant_acme","plan_id":"pro","time_zone":"Europe/Berlin","metadata":{"crm":"4711"}}""",
        [typeof(LicensePatch)] = """{"plan_id":"pro","expires_at":null}""",
        [typeof(AssignmentRequest)] = """{"feature_code":"api_calls","max_consumptions":1000,"reset":"month"}""",
        [typeof(ResetRequest)] = """{"feature_code":"api_calls","top_up":500}""",
        [typeof(DecrementRequest)] = """{"feature_code":"api_calls","amount":3,"reason":"Counted twice","reference":"ticket-9"}""",
        [typeof(FeatureRequest)] = """{"feature_code":"api_calls"}""",
        [typeof(GrantRequest)] = """{"feature_code":"api_calls","amount":500,"priority":10,"expires_at":"2027-01-01T00:00:00Z"}""",
        [typeof(BalanceRequest)] = """{"unit":"USD","amount":100,"low_at":10}""",
        [typeof(CreditRequest)] = """{"amount":50,"reference":"invoice-77"}""",
        [typeof(NotedRequest)] = """{"reason":"Payment is overdue","reference":"ticket-9","metadata":{"by":"ann"}}""",
        [typeof(KeygenRequest)] = """{"meta":{"increment":2}}""",
        [typeof(EventDocument)] = Event,
        [typeof(CloudEventDocument)] =
            """
            {"specversion":"1.0","id":"1","source":"https://example.com/gateway","type":"api_calls","subject":"tenant_acme","time":"2026-11-21T10:00:00Z",
             "data":{"quantity":3,"user_id":"user_1"}}
            """,
        [typeof(ClockRequest)] = """{"advance":"P32D"}""",
        [typeof(WebhookRequest)] = """{"url":"https://hooks.example.com/meter","events":["level_changed","overage"]}""",
        [typeof(UsageAnswer)] = Usage,
        [typeof(UsageReport)] = $$"""{"features":[{{Usage}}],"balances":[]}""",
        [typeof(ReservationAnswer)] = """{"id":"hld_7","feature_code":"tokens","amount":4000,"expires_at":"2026-11-21T10:02:00Z"}""",
        [typeof(EventsAnswer)] =
            """
            {"accepted":2,"duplicates":1,"rejected":[{"index":3,"event_id":"evt_4","code":"invalid_request","detail":"/metric is required"}],
             "event_id":null,"event_ids":[]}
            """,
        [typeof(HealthAnswer)] = """{"status":"live"}""",
        [typeof(ClockAnswer)] = """{"now":"2026-12-23T10:00:00Z"}""",
        [typeof(CatalogChangeAnswer)] = """{"created":[{"type":"plan","id":"pro","version":1}],"changed":[],"unchanged":[{"type":"feature","id":"messages","version":null}],"dry_run":false}""",
        [typeof(KeygenDocument)] = """{"data":{"type":"licenses","id":"lic_1","attributes":{"uses":3,"maxUses":10}}}""",
    };

    /// <summary>An example of a type; null where there is none.</summary>
    public static JsonNode? Of(Type type) => Texts.TryGetValue(type, out var text) ? JsonNode.Parse(text) : null;

    /// <summary>An example of a problem document with a code.</summary>
    public static JsonObject Problem(string code) => new()
    {
        ["type"] = ProblemCode.TypePrefix + code,
        ["title"] = ProblemCode.TitleOf(code),
        ["status"] = ProblemCode.StatusOf(code),
        ["detail"] = ProblemCode.TitleOf(code) + ".",
        ["code"] = code,
    };

    /// <summary>Events as NDJSON.</summary>
    public const string Lines = Event + "\n" + Event;
}
