using Metering.Conformance.Client;

namespace Metering.Conformance.Management;

public sealed class BadCatalogTests : ContractTest
{
    [Theory]
    [InlineData("""{ "kind": "metered", "metric": "counter" }""", "/features/0/code")]
    [InlineData("""{ "code": "", "kind": "metered", "metric": "counter" }""", "/features/0/code")]
    [InlineData("""{ "code": "../x", "kind": "metered", "metric": "counter" }""", "/features/0/code")]
    [InlineData("""{ "code": "a b", "kind": "metered", "metric": "counter" }""", "/features/0/code")]
    [InlineData("""{ "code": 5, "kind": "metered", "metric": "counter" }""", "/features/0/code")]
    [InlineData("""{ "code": "bad_x", "kind": "sometimes" }""", "/features/0/kind")]
    [InlineData("""{ "code": "bad_x", "kind": "metered", "metric": "speed" }""", "/features/0/metric")]
    [InlineData("""{ "code": "bad_x", "kind": "metered", "metric": 2 }""", "/features/0/metric")]
    public async Task A_bad_feature_is_refused_with_its_place(string feature, string pointer) =>
        await Meter.Put("/api/v1/catalog", $$"""{ "features": [ {{feature}} ], "plans": [] }""").RefusesField(pointer);

    [Theory]
    [InlineData("\"limit\": -1", "/limit")]
    [InlineData("\"limit\": \"ten\"", "/limit")]
    [InlineData("\"limit\": 1e15", "/limit")]
    [InlineData("\"limit\": 0.1234567891", "/limit")]
    [InlineData("\"reset\": \"fortnight\"", "/reset")]
    [InlineData("\"reset\": 5", "/reset")]
    [InlineData("\"reset\": { \"interval\": \"fortnight\" }", "/reset/interval")]
    [InlineData("\"reset\": { \"interval\": \"month\", \"anchor\": \"yesterday\" }", "/reset/anchor")]
    [InlineData("\"reset\": { \"interval\": \"month\", \"time_zone\": \"Mars/Base\" }", "/reset/time_zone")]
    [InlineData("\"over_limit\": \"shrug\"", "/over_limit")]
    [InlineData("\"rollover\": { \"max\": -1 }", "/rollover/max")]
    [InlineData("\"rollover\": 5", "/rollover")]
    [InlineData("\"tiers\": {}", "/tiers")]
    [InlineData("\"tiers\": [ { \"from\": -1, \"level\": \"warning\" } ]", "/tiers/0/from")]
    [InlineData("\"tiers\": [ { \"from\": \"80\", \"level\": \"warning\" } ]", "/tiers/0/from")]
    [InlineData("\"tiers\": [ { \"from\": \"-5%\", \"level\": \"warning\" } ]", "/tiers/0/from")]
    [InlineData("\"tiers\": [ { \"level\": \"warning\" } ]", "/tiers/0/from")]
    [InlineData("\"tiers\": [ { \"from\": \"80%\", \"level\": \"warning\" } ]", "/tiers/0/from")]
    [InlineData(
        "\"limit\": null, \"price\": { \"unit\": \"USD\" }, \"tiers\": [ { \"from\": \"0%\", \"unit_price\": 2 } ]", "/tiers/0/from")]
    [InlineData("\"tiers\": [ { \"from\": 1, \"level\": \"panic\" } ]", "/tiers/0/level")]
    [InlineData("\"tiers\": [ { \"from\": 1, \"level\": \"warning\", \"policy\": \"shrug\" } ]", "/tiers/0/policy")]
    [InlineData(
        "\"tiers\": [ { \"from\": 1, \"level\": \"warning\", \"policy\": \"allow_with_grace\", \"grace\": -5 } ]", "/tiers/0/grace")]
    [InlineData("\"tiers\": [ { \"from\": 1, \"level\": \"warning\", \"policy\": \"rate_limit\" } ]", "/tiers/0/rate")]
    [InlineData(
        "\"tiers\": [ { \"from\": 1, \"policy\": \"rate_limit\", \"rate\": { \"amount\": 0, \"per\": \"second\", \"burst\": 1 } } ]",
        "/tiers/0/rate/amount")]
    [InlineData(
        "\"tiers\": [ { \"from\": 1, \"policy\": \"rate_limit\", \"rate\": { \"amount\": 1, \"per\": \"blink\", \"burst\": 1 } } ]",
        "/tiers/0/rate/per")]
    [InlineData(
        "\"price\": { \"unit\": \"USD\" }, \"tiers\": [ { \"from\": 0, \"level\": \"normal\", \"unit_price\": -1 } ]",
        "/tiers/0/unit_price")]
    [InlineData(
        "\"price\": { \"unit\": \"USD\" }, \"tiers\": [ { \"from\": 0, \"level\": \"normal\", \"base_price\": \"x\" } ]",
        "/tiers/0/base_price")]
    [InlineData("\"price\": { \"unit\": \"\" }, \"tiers\": [ { \"from\": 0, \"level\": \"normal\", \"unit_price\": 1 } ]", "/price/unit")]
    public async Task Bad_terms_are_refused_with_their_place_in_a_plan_and_in_an_assignment(string terms, string pointer)
    {
        var feature = await Meter.Feature();
        var id = Meter.Unique("plan");

        await Meter.Put("/api/v1/catalog", $$"""{ "features": [], "plans": [ { "id": "{{id}}", "includes": [ { "feature_code": "{{feature}}", {{terms}} } ] } ] }""")
            .RefusesField("/plans/0/includes/0" + pointer);
        await Meter.Get($"/api/v1/plans/{id}").Is(404);

        var license = await Meter.License(new { limit = 3 });
        await license.Manage("/features", $$"""{ "feature_code": "{{feature}}", {{terms}} }""").RefusesField(pointer);
        await license.Check(feature: feature).Has("allowed", false).Has("reason", "feature_not_assigned");
    }

    [Theory]
    [InlineData("\"id\": \"\"", "/plans/0/id")]
    [InlineData("\"id\": \"a/b\"", "/plans/0/id")]
    [InlineData("\"id\": 7", "/plans/0/id")]
    [InlineData("\"id\": \"ok\", \"default\": \"yes\"", "/plans/0/default")]
    [InlineData("\"id\": \"ok\", \"price\": { \"amount\": -1, \"currency\": \"USD\", \"interval\": \"month\" }", "/plans/0/price/amount")]
    [InlineData("\"id\": \"ok\", \"includes\": [ { \"feature_code\": \"no_such_feature\" } ]", "/plans/0/includes/0/feature_code")]
    [InlineData("\"id\": \"ok\", \"includes\": [ {} ]", "/plans/0/includes/0/feature_code")]
    [InlineData("\"id\": \"ok\", \"includes\": 5", "/plans/0/includes")]
    public async Task A_bad_plan_is_refused_with_its_place(string plan, string pointer) =>
        await Meter.Put("/api/v1/catalog?dry_run=true", $$"""{ "features": [], "plans": [ { {{plan}} } ] }""").RefusesField(pointer);

    [Fact]
    public async Task A_document_that_is_bad_in_one_place_changes_nothing()
    {
        var code = Meter.Unique("calls");

        await Meter.Put("/api/v1/catalog", $$"""{ "features": [ { "code": "{{code}}", "kind": "metered", "metric": "counter" }, { "code": "" } ] }""")
            .RefusesField("/features/1/code");

        await Meter.Get($"/api/v1/features/{code}").Is(404);
    }

    [Fact]
    public async Task A_feature_does_not_change_how_it_counts()
    {
        var code = await Meter.Feature();

        await Meter.Put("/api/v1/catalog", new { features = new[] { new { code, kind = "metered", metric = "gauge" } } }).RefusesSomehow();

        await Meter.Get($"/api/v1/features/{code}").Is(200).Has("metric", "counter");
    }

    [Fact]
    public async Task A_group_has_one_default_plan()
    {
        var group = Meter.Unique("group");
        string Plan(string name) => $$"""{ "id": "{{name}}_{{group}}", "group": "{{group}}", "default": true, "includes": [] }""";

        await Meter.Put("/api/v1/catalog?dry_run=true", $$"""{ "plans": [ {{Plan("a")}}, {{Plan("b")}} ] }""")
            .Refuses(400, "invalid_request");
        await Meter.Put("/api/v1/catalog?dry_run=true", $$"""{ "plans": [ {{Plan("a")}} ] }""").Is(200);
    }

    [Theory]
    [InlineData("features")]
    [InlineData("plans")]
    public async Task A_thing_that_is_given_twice_is_refused(string list)
    {
        var code = Meter.Unique("calls");
        var item = list == "features" ? $$"""{ "code": "{{code}}", "kind": "boolean" }""" : $$"""{ "id": "{{code}}", "includes": [] }""";

        await Meter.Put("/api/v1/catalog", $$"""{ "{{list}}": [ {{item}}, {{item}} ] }""").Refuses(400, "invalid_request");
    }

    [Fact]
    public async Task A_new_version_with_a_feature_twice_is_refused_with_its_place()
    {
        var id = Meter.Unique("plan");
        var include = $$"""{ "feature_code": "{{await Meter.Feature()}}" }""";
        string Plan(string includes) => $$"""{ "plans": [ { "id": "{{id}}", "includes": [ {{includes}} ] } ] }""";
        await Meter.Put("/api/v1/catalog", Plan(include)).Is(200);

        await Meter.Put("/api/v1/catalog", Plan($"{include}, {include}")).RefusesField("/plans/0/includes/1/feature_code");

        await Meter.Get($"/api/v1/plans/{id}").Is(200).Has("version", 1);
    }
}
