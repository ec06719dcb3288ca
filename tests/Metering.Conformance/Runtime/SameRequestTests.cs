using Metering.Conformance.Client;

namespace Metering.Conformance.Runtime;

/// <summary>The same request in another form is the same request (rule 8).</summary>
[Rule(8)]
public sealed class SameRequestTests : ContractTest
{
    [Fact]
    public async Task A_consume_in_another_form_is_the_same()
    {
        var license = await Meter.License(new { limit = 100 });
        await license.Post("/consume", $$$"""{"feature_code":"{{{license.Feature}}}","amount":1,"user_id":"J\u00e4n","metadata":{"a":1,"b":[1.50,"\u00e4"]}}""", "key-1").Is(200);

        foreach (var same in new[]
        {
            $$$"""  {  "amount" : 1.0, "user_id":"Jän", "metadata" : {"b":[15e-1, "ä"],"a":1.00}, "feature_code":"{{{license.Feature}}}" }""",
            $$$"""{"feature_code":"{{{license.Feature}}}","user_id":"J\u00E4n","metadata":{"a":10e-1,"b":[1.5,"ä"]}}""",
            $$$"""{"feature_code":"{{{license.Feature}}}","amount":null,"key":null,"allow_partial":false,"user_id":"Jän","metadata":{"a":1,"b":[1.5,"ä"]}}""",
        })
        {
            await license.Post("/consume", same, "key-1").Is(200).HasHeader("Idempotency-Replayed", "true").Has("used", 1);
        }

        await license.Check().Has("used", 1);
    }

    [Theory]
    [InlineData("\"amount\":2")]
    [InlineData("\"amount\":1.000000001")]
    [InlineData("\"user_id\":\"u\"")]
    [InlineData("\"key\":\"k\"")]
    [InlineData("\"event_id\":\"e\"")]
    [InlineData("\"fingerprint\":\"f\"")]
    [InlineData("\"allow_partial\":true")]
    [InlineData("\"metadata\":{}")]
    [InlineData("\"metadata\":{\"a\":1}")]
    public async Task A_consume_that_says_something_else_is_not(string more)
    {
        var license = await Meter.License(new { limit = 100 });
        await license.Post("/consume", $$"""{"feature_code":"{{license.Feature}}"}""", "key-1").Is(200);

        await license.Post("/consume", $$"""{"feature_code":"{{license.Feature}}",{{more}}}""", "key-1").Refuses(422, "idempotency_key_reused");
    }

    [Fact]
    public async Task A_time_with_another_offset_is_the_same_time()
    {
        var license = await Meter.License(new { limit = 100 });
        var now = await Meter.Now();
        var body = $$"""{"feature_code":"{{license.Feature}}","occurred_at":"{{now.UtcDateTime:yyyy-MM-dd'T'HH:mm:ss}}Z"}""";
        await license.Post("/report", body, "key-1").Is(200);

        var moved = $$"""{"occurred_at":"{{now.UtcDateTime.AddHours(2):yyyy-MM-dd'T'HH:mm:ss}}.000+02:00","feature_code":"{{license.Feature}}"}""";
        await license.Post("/report", moved, "key-1").Is(200).HasHeader("Idempotency-Replayed", "true");
        await license.Check().Has("used", 1);
    }

    public static TheoryData<string, string, string> Managed => new()
    {
        { "/grants", """{"feature_code":"FEATURE","amount":5}""", """{"amount":5.0,"priority":0,"recurrence":"none","expires_at":null,"feature_code":"FEATURE"}""" },
        { "/balances", """{"unit":"EUR","amount":5}""", """{"allow_overage":false,"amount":5e0,"unit":"E\u0055R"}""" },
        { "/usage/reset", """{"feature_code":"FEATURE","keep_anchor":true}""", """{"feature_code":"FEATURE"}""" },
        { "/suspend", "{}", "" },
        { "/actions/increment-usage", "", """{"meta":{"increment":1.0}}""" },
        {
            "/features", """{"feature_code":"FEATURE","limit":10,"reset":"month","tiers":[{"from":"80%"},{"from":9,"policy":"notify_only"}]}""",
            """{"tiers":[{"from":"80.0%","level":"normal","grace":0},{"policy":null,"from":9.0}],"limit":1e1,"over_limit":"deny","reset":{"anchor":"license","interval":"month"},"feature_code":"FEATURE"}"""
        },
    };

    [Theory]
    [MemberData(nameof(Managed))]
    public async Task A_management_call_in_another_form_is_the_same(string path, string body, string same)
    {
        var license = await Meter.License(new { limit = 100 });
        body = body.Replace("FEATURE", license.Feature, StringComparison.Ordinal);
        same = same.Replace("FEATURE", license.Feature, StringComparison.Ordinal);

        await license.Manage(HttpMethod.Post, path, body.Length == 0 ? null : body, "key-1").Succeeds().HasNoHeader("Idempotency-Replayed");

        await license.Manage(HttpMethod.Post, path, same.Length == 0 ? null : same, "key-1").Succeeds()
            .HasHeader("Idempotency-Replayed", "true");
    }

    [Fact]
    public async Task A_new_license_in_another_form_is_the_same()
    {
        var (tenant, key) = (Meter.Unique("tenant"), Meter.Unique("key"));
        var first = await Meter.Post("/api/v1/licenses", $$$"""{"tenant_id":"{{{tenant}}}","metadata":{"a":1,"b":2},"expires_at":"2100-01-01T00:00:00Z"}""", key).Is(201);

        var again = await Meter.Post("/api/v1/licenses", $$$"""{"expires_at":"2100-01-01T01:00:00+01:00","metadata":{"b":2.0,"a":1},"tenant_id":"{{{tenant}}}","plan_id":null}""", key);
        Assert.Equal(first.String("id"), again.Is(201).HasHeader("Idempotency-Replayed", "true").String("id"));
        await Meter.Post("/api/v1/licenses", $$$"""{"tenant_id":"{{{tenant}}}","metadata":{"a":1,"b":3},"expires_at":"2100-01-01T00:00:00Z"}""", key).Refuses(422, "idempotency_key_reused");
    }

    [Fact]
    public async Task To_take_an_expiry_away_is_not_to_set_one()
    {
        var license = await Meter.License(new { limit = 100 });
        await license.Manage(HttpMethod.Patch, "", """{"expires_at":"2100-01-01T00:00:00Z"}""", "key-1").Is(200);

        await license.Manage(HttpMethod.Patch, "", """{"expires_at":"2100-01-01T02:00:00.000+02:00"}""", "key-1").Is(200).HasHeader("Idempotency-Replayed", "true");
        await license.Manage(HttpMethod.Patch, "", """{"expires_at":null}""", "key-1").Refuses(422, "idempotency_key_reused");
    }
}
