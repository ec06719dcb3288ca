using System.Net.Http.Headers;
using Metering.Conformance.Client;

namespace Metering.Conformance.Access;

public sealed class ProblemDetailsTests : ContractTest
{
    private const int Mebibyte = 1024 * 1024;

    [Theory]
    [InlineData("/api/v1/nothing-here")]
    [InlineData("/api/v2/licenses")]
    [InlineData("/nothing")]
    [InlineData("/api/v1/licenses/x/y/z/w")]
    public async Task An_unknown_route_is_404(string path) => (await Meter.Get(path).Is(404)).IsProblem();

    [Theory]
    [InlineData("GET", "/api/v1/license/consume", "POST")]
    [InlineData("DELETE", "/api/v1/license/validate", "POST")]
    [InlineData("DELETE", "/api/v1/catalog", "PUT")]
    [InlineData("PUT", "/api/v1/licenses", "POST")]
    [InlineData("POST", "/health/live", "GET")]
    public async Task A_wrong_method_is_405_and_says_what_is_allowed(string method, string path, string allowed)
    {
        var reply = await Meter.Send(new HttpMethod(method), path).Is(405);

        Assert.Contains(allowed, reply.IsProblem().Allow);
    }

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("nonsense")]
    [InlineData("{\"feature_code\":\"a\",}")]
    [InlineData("{'feature_code':'a'}")]
    [InlineData("{\"feature_code\":\"a\",\"amount\":NaN}")]
    [InlineData("{\"feature_code\":\"a\",\"amount\":Infinity}")]
    [InlineData("{\"feature_code\":\"a\",\"amount\":01}")]
    [InlineData("{\"feature_code\":\"a\"} {}")]
    [InlineData("{\"feature_code\":\"\u0001\"}")]
    public async Task Malformed_json_is_400(string body)
    {
        var license = await Meter.License(new { limit = 5 });

        await license.Post("/consume", body).Refuses(400, "malformed_json");
        await Meter.Post("/api/v1/licenses", body).Refuses(400, "malformed_json");
        await license.Check().Has("used", 0);
    }

    [Theory]
    [InlineData("[]")]
    [InlineData("5")]
    [InlineData("\"text\"")]
    [InlineData("null")]
    public async Task A_body_that_is_no_object_is_400(string body)
    {
        var license = await Meter.License(new { limit = 5 });

        await license.Post("/consume", body).RefusesSomehow().Is(400);
        await Meter.Post("/api/v1/licenses", body).RefusesSomehow().Is(400);
    }

    [Fact]
    public async Task Text_that_is_not_utf8_is_400()
    {
        var license = await Meter.License(new { limit = 5 });
        using var content = new ByteArrayContent([.. "{\"feature_code\":\""u8, 0xff, 0xfe, .. "\"}"u8]);
        content.Headers.ContentType = new MediaTypeHeaderValue("application/json");

        await license.Post("/consume", content).RefusesSomehow().Is(400);
    }

    [Fact]
    public async Task Json_nested_too_deeply_is_400()
    {
        var license = await Meter.License(new { limit = 5 });
        var deep = new string('[', 5000) + new string(']', 5000);

        await license.Post("/consume", $$$"""{"feature_code":"{{{license.Feature}}}","metadata":{"a":{{{deep}}}}}""").RefusesSomehow()
            .Is(400);
        await license.Check().Has("used", 0);
    }

    [Theory]
    [InlineData("text/plain")]
    [InlineData("application/x-www-form-urlencoded")]
    [InlineData("application/xml")]
    public async Task Another_media_type_is_415(string mediaType)
    {
        var license = await Meter.License(new { limit = 5 });
        using var content = Meter.Json($$"""{"feature_code":"{{license.Feature}}"}""", mediaType);

        (await license.Post("/consume", content).Is(415)).IsProblem();
        await license.Check().Has("used", 0);
    }

    [Theory]
    [InlineData("application/json; charset=utf-8")]
    [InlineData("Application/JSON")]
    public async Task Json_by_its_other_spellings_is_taken(string mediaType)
    {
        var license = await Meter.License(new { limit = 5 });
        using var content = new StringContent($$"""{"feature_code":"{{license.Feature}}"}""");
        content.Headers.ContentType = MediaTypeHeaderValue.Parse(mediaType);

        await license.Post("/consume", content).Is(200);
    }

    [Fact]
    public async Task A_body_over_one_mebibyte_is_413_and_counts_nothing()
    {
        var license = await Meter.License(new { limit = 5 });
        var padding = new string('x', Mebibyte);

        (await license.Post("/consume", new { feature_code = license.Feature, note = padding }).Is(413)).IsProblem();
        (await Meter.Post("/api/v1/licenses", new { tenant_id = "t", note = padding }).Is(413)).IsProblem();
        await license.Check().Has("used", 0);
    }

    [Fact]
    public async Task A_batch_of_events_may_be_over_one_mebibyte_and_not_over_sixteen()
    {
        var license = await Meter.License(new { limit = 5 });
        string Batch(int padding) => $$"""[{"tenant_id":"{{license.Tenant}}","metric":"{{license.Feature}}","quantity":1}{{new string(' ', padding)}}]""";

        await Meter.Post("/api/events", Batch(2 * Mebibyte)).Is(202).Has("accepted", 1);
        (await Meter.Post("/api/events", Batch(17 * Mebibyte)).Is(413)).IsProblem();
        await license.Check().Has("used", 1);
    }

    [Fact]
    public async Task A_field_that_is_not_known_is_refused_with_the_one_that_was_meant_and_nothing_is_counted()
    {
        var license = await Meter.License(new { limit = 5 });

        var reply = await license.Consume(2, more: new { evnt_id = "e", nested = new { a = 1 } });

        reply.RefusesField("/evnt_id").RefusesField("/nested");
        Assert.Contains("did you mean event_id?", reply.String("errors.0.detail"), StringComparison.Ordinal);
        await license.Check().Has("used", 0);
    }

    [Fact]
    public async Task A_plan_with_a_misspelt_limit_is_not_published()
    {
        var (feature, plan) = (await Meter.Feature(), Meter.Unique("plan"));

        var reply = await Meter.Post(
            "/api/v1/plans", new { id = plan, includes = new[] { new { feature_code = feature, limt = 1000, resets = "month" } } });

        reply.RefusesField("/includes/0/limt").RefusesField("/includes/0/resets");
        Assert.Equal("is not a field of this document: did you mean limit?", reply.String("errors.0.detail"));
        await Meter.Get("/api/v1/plans/" + plan).Refuses(404, "plan_not_found");
    }

    [Fact]
    public async Task A_field_that_is_there_twice_is_refused()
    {
        var license = await Meter.License(new { limit = 5 });

        await license.Post("/consume", $$"""{"feature_code":"{{license.Feature}}","amount":1,"amount":2}""").RefusesField("/amount");

        await license.Check().Has("used", 0);
    }

    [Fact]
    public async Task Half_a_surrogate_pair_is_refused_with_its_place()
    {
        var license = await Meter.License(new { limit = 5 });

        await license.Manage(HttpMethod.Patch, "", """{"expires_at":"\ud800"}""").RefusesField("/expires_at");
        await license.Manage(HttpMethod.Patch, "", """{"metadata":{"a":["\udc00"]}}""").RefusesField("/metadata/a/0");
        await license.Post("/consume", $$"""{"feature_code":"{{license.Feature}}","user_id":"\ud83d"}""").RefusesField("/user_id");
    }

    [Fact]
    public async Task Bad_input_names_every_field_at_fault()
    {
        var license = await Meter.License(new { limit = 5 });

        var reply = await license.Post("/consume", """{"feature_code":"","user_id":""}""").Refuses(400, "invalid_request");

        reply.RefusesField("/user_id").RefusesField("/feature_code");
        Assert.All(reply.List("errors"), error => Assert.NotEmpty(error.GetProperty("detail").GetString()!));
    }

    [Fact]
    public async Task An_unknown_license_is_404_on_every_management_route()
    {
        foreach (var (method, path, body) in new (string, string, string?)[]
        {
            ("GET", "", null), ("PATCH", "", "{}"), ("DELETE", "", null), ("POST", "/suspend", null), ("POST", "/resume", null),
            ("POST", "/rotate-key", null), ("GET", "/features", null), ("POST", "/usage/reset", "{}"), ("GET", "/usage", null),
            ("GET", "/grants", null), ("GET", "/balances", null), ("GET", "/ledger", null), ("GET", "/rollups", null),
        })
        {
            await Meter.Send(new HttpMethod(method), "/api/v1/licenses/lic_does_not_exist" + path, body).Refuses(404, "license_not_found");
        }
    }
}
