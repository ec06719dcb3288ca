using Metering.Conformance.Client;

namespace Metering.Conformance.Access;

/// <summary>What stands in a path is decoded once.</summary>
public sealed class PathTests : ContractTest
{
    [Theory]
    [InlineData("%2F", "/")]
    [InlineData("a%2fb", "a/b")]
    [InlineData("%25", "%")]
    [InlineData("%2525", "%25")]
    [InlineData("%C3%A4%20b", "ä b")]
    public async Task A_fingerprint_in_a_path_is_what_was_meant(string sent, string meant)
    {
        await Meter.Put("/api/v1/catalog", new { features = new[] { new { code = "cpu_cores", metric = "gauge", unit = "core" } } })
            .Succeeds();
        var license = await Meter.LicenseOn(null, "cpu_cores", new { max_cores = 64 });

        await license.Software.Put("/api/v1/license/machines/" + sent, new { cores = 2 }).Is(201).Has("fingerprint", meant);

        await license.Software.Put("/api/v1/license/machines/" + sent, new { cores = 3 }).Is(200).Has("fingerprint", meant);
        await license.Software.Delete("/api/v1/license/machines/" + sent).Is(204);
    }

    [ExactPathsTheory]
    [InlineData("%252F", "%2F")]
    [InlineData("a%252fb", "a%2fb")]
    [InlineData("a%2Fb%252Fc%25", "a/b%2Fc%")]
    public Task An_escaped_escape_in_a_path_is_text(string sent, string meant) => A_fingerprint_in_a_path_is_what_was_meant(sent, meant);

    [ExactPathsFact]
    public async Task A_slash_and_its_escape_are_two_machines()
    {
        await Meter.Put("/api/v1/catalog", new { features = new[] { new { code = "cpu_cores", metric = "gauge", unit = "core" } } })
            .Succeeds();
        var license = await Meter.LicenseOn(null, "cpu_cores", new { max_cores = 64 });

        await license.Software.Put("/api/v1/license/machines/%2F", new { cores = 2 }).Is(201);
        await license.Software.Put("/api/v1/license/machines/%252F", new { cores = 3 }).Is(201).Has("total_cores", 5);
    }

    [Fact]
    public async Task A_head_answers_as_a_get_without_a_body()
    {
        var license = await Meter.License(new { limit = 10 });
        var own = $"/api/v1/licenses/{license.Id}";
        foreach (var path in
            new[] { "/health/live", "/health/ready", "/openapi/v1.json", "/.well-known/jwks.json", "/api/v1/catalog", "/api/v1/plans", own,
            own + "/usage", own + "/ledger" })
        {
            var (get, head) = (await Meter.Get(path).Is(200), await Meter.Send(HttpMethod.Head, path).Is(200));

            Assert.Equal("", head.Text);
            Assert.Equal(get.MediaType, head.MediaType);
        }

        var check = $"/api/v1/license/check?feature_code={license.Feature}";
        Assert.Equal(
            (await license.Software.Get(check).Is(200)).Header("RateLimit"),
            (await license.Software.Send(HttpMethod.Head, check).Is(200)).Header("RateLimit"));
        await Meter.Send(HttpMethod.Head, own + "x").Is(404);
        await Meter.As(null).Send(HttpMethod.Head, own).Is(401);
        await Meter.Send(HttpMethod.Head, own + "/suspend").Is(405);
    }

    [Fact]
    public async Task A_query_parameter_that_is_not_known_is_refused()
    {
        var license = await Meter.License(new { limit = 10 });

        Assert.Contains(
            "did you mean tenant_id?",
            (await Meter.Get("/api/v1/licenses?tennant_id=x").RefusesField("/tennant_id")).Text,
            StringComparison.Ordinal);
        await license.Read("/ledger?feature=x").RefusesField("/feature");
        await license.Read("/ledger?limit=1&limit=2").RefusesField("/limit");
        await license.Software.Get("/api/v1/license/check?feature_code=x&ammount=5").RefusesField("/ammount");
        await Meter.Put("/api/v1/catalog?dryrun=true", new { }).RefusesField("/dryrun");
        await Meter.Get("/health/live?probe=1").Is(200);
    }
}
