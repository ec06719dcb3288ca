using System.Reflection;
using System.Text.Json.Nodes;

namespace Metering.Api;

/// <summary>An example of each body, and of the answers that most callers read.</summary>
internal static class OpenApiExamples
{
    private const string Event =
        """{"tenant_id":"tenant_acme","metric":"api_calls","quantity":1,"user_id":"user_1","event_id":"evt_1","""
        + "\"occurred_at\":\"2026-11-21T10:00:00Z\"}";

    private const string Usage =
        """
        {"allowed":true,"feature_code":"api_calls","kind":"metered","amount":1,"reason":null,"used":41,"limit":1000,"allowance":1200,
         "held":0,"remaining":1159,"overage":0,"unlimited":false,"level":"normal","policy":"notify_only",
         "period":{"start":"2026-11-01T00:00:00Z","end":"2026-12-01T00:00:00Z"},
         "resets_at":"2026-12-01T00:00:00Z","cost":0.02,"balance":{"unit":"USD","available":9.98},"sequence":77,"signals":["level_changed"]}
        """;

    private const string Plan =
        """
        {"id":"pro","name":"Pro","group":"base","price":{"amount":19,"currency":"USD","interval":"month"},
         "includes":[{"feature_code":"pro_models"},
          {"feature_code":"messages","limit":2000,"reset":{"interval":"month","anchor":"calendar","time_zone":"Europe/Berlin"},
           "rollover":{"max":500},
           "tiers":[{"from":"80%","level":"warning"},
            {"from":2000,"level":"over_usage","policy":"allow_with_overage","unit_price":0.002}],"price":{"unit":"USD"}}]}
        """;

    private static readonly Dictionary<Type, string> Texts = new()
    {
        [typeof(CatalogDocument)] =
            $$"""
            {"features":[{"code":"messages","name":"Messages","unit":"message"},{"code":"pro_models","kind":"boolean"}],
             "plans":[{{Plan}}]}
            """,
        [typeof(PlanDocument)] = Plan,
        [typeof(EventDocument)] = Event,
        [typeof(CloudEventDocument)] =
            """
            {"specversion":"1.0","id":"1","source":"https://example.com/gateway","type":"api_calls","subject":"tenant_acme",
             "time":"2026-11-21T10:00:00Z",
             "data":{"quantity":3,"user_id":"user_1"}}
            """,
        [typeof(UsageAnswer)] = Usage,
        [typeof(UsageReport)] = $$"""{"features":[{{Usage}}],"balances":[]}""",
        [typeof(EventsAnswer)] =
            """
            {"accepted":2,"duplicates":1,"rejected":[
              {"index":3,"event_id":"evt_4","code":"invalid_request","detail":"/metric is required",
               "dead_letter_id":"dl_0199a8f2c1d07a6e9f00b1c2d3e4f506"}],
             "stopped_at":null,"event_id":null,"event_ids":[]}
            """,
    };

    /// <summary>An example of a type; null where there is none.</summary>
    public static JsonNode? Of(Type type) =>
        (type.GetCustomAttribute<ExampleAttribute>()?.Json ?? Texts.GetValueOrDefault(type)) is { } text ? JsonNode.Parse(text) : null;

    /// <summary>An example of a message to a webhook's receiver; null where there is none.</summary>
    public static JsonNode? Message(string type) => type == EnumNames.Of(SignalType.LevelChanged)
        ? JsonNode.Parse(
            """
            {"type":"level_changed","timestamp":"2026-11-21T10:00:00Z",
             "data":{"license_id":"lic_bw7kh264oj6jqas4ep7m7oax","tenant_id":"tenant_acme","sequence":77,"feature_code":"api_calls",
              "level":"warning","previous_level":"normal","used":960,"allowance":1200,"overage":0,"cost":0.02,
              "period":{"start":"2026-11-01T00:00:00Z","end":"2026-12-01T00:00:00Z"}}}
            """)
        : null;

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
