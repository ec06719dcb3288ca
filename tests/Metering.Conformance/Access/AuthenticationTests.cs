using Metering.Conformance.Client;

namespace Metering.Conformance.Access;

public sealed class AuthenticationTests : ContractTest
{
    [Theory]
    [InlineData("POST", "/api/v1/license/consume")]
    [InlineData("GET", "/api/v1/license/check?feature_code=a")]
    [InlineData("POST", "/api/v1/license/report")]
    [InlineData("POST", "/api/v1/license/validate")]
    [InlineData("GET", "/api/v1/license/usage")]
    [InlineData("POST", "/api/v1/license/reservations")]
    [InlineData("POST", "/api/v1/license/leases")]
    [InlineData("PUT", "/api/v1/license/machines/m1")]
    [InlineData("POST", "/api/events")]
    [InlineData("GET", "/api/quota/t/m")]
    [InlineData("GET", "/api/v1/catalog")]
    [InlineData("PUT", "/api/v1/catalog")]
    [InlineData("GET", "/api/v1/licenses")]
    [InlineData("POST", "/api/v1/licenses")]
    [InlineData("GET", "/api/v1/licenses/lic_x/ledger")]
    [InlineData("POST", "/api/v1/licenses/lic_x/usage/reset")]
    [InlineData("GET", "/api/v1/dead-letters")]
    public async Task A_call_without_credentials_is_unauthenticated(string method, string path) =>
        await Meter.As(null).Send(new HttpMethod(method), path, method == "GET" ? null : "{}", "k").Refuses(401, "unauthenticated");

    [Theory]
    [InlineData("Bearer", "wrong")]
    [InlineData("Bearer", null)]
    [InlineData("Basic", "dXNlcjpwYXNz")]
    [InlineData("License", "lk_wrong")]
    [InlineData("Nonsense", "../../etc/passwd")]
    public async Task A_wrong_credential_opens_no_management(string scheme, string? parameter) =>
        await Meter.As(scheme, parameter).Get("/api/v1/licenses").Refuses(401, "unauthenticated");

    [Fact]
    public async Task A_malformed_and_an_unknown_license_key_get_the_same_answer()
    {
        var license = await Meter.License(new { limit = 1 });
        var unknown = license.Key[..^6] + (license.Key.EndsWith("aaaaaa", StringComparison.Ordinal) ? "bbbbbb" : "aaaaaa");
        var body = new { feature_code = license.Feature };

        var first = await Meter.As("License", unknown).Post("/api/v1/license/check", body).Refuses(401, "unauthenticated");
        var second = await Meter.As("License", "no-key-at-all").Post("/api/v1/license/check", body).Refuses(401, "unauthenticated");

        Assert.Equal(first.String("title"), second.String("title"));
        Assert.Equal(first.String("detail"), second.String("detail"));
    }

    [Fact]
    public async Task A_license_key_opens_its_own_license_and_no_management()
    {
        var license = await Meter.License(new { limit = 5 });

        await license.Usage().Is(200);
        await license.Software.Get("/api/v1/licenses").RefusesSomehow().Is(401, 403);
        await license.Software.Get($"/api/v1/licenses/{license.Id}/ledger").RefusesSomehow().Is(401, 403);
        await license.Software.Post($"/api/v1/licenses/{license.Id}/usage/reset", "{}").RefusesSomehow().Is(401, 403);
        await license.Software.Post("/api/events", new { tenant_id = license.Tenant, metric = license.Feature, quantity = 1 })
            .RefusesSomehow().Is(401, 403);
    }

    [Fact]
    public async Task An_operators_token_is_no_license_key()
    {
        var host = await MeteringHost.Started;

        await Meter.Get("/api/v1/license/usage").RefusesSomehow().Is(401, 403);
        await Meter.As("License", host.Token).Get("/api/v1/license/usage").Refuses(401, "unauthenticated");
    }

    [Fact]
    public async Task The_scheme_is_not_case_sensitive()
    {
        var license = await Meter.License(new { limit = 5 });

        await Meter.As("license", license.Key).Get("/api/v1/license/usage").Is(200);
        await Meter.As("bearer", (await MeteringHost.Started).Token).Get($"/api/v1/licenses/{license.Id}").Is(200);
    }

    [Fact]
    public async Task Health_and_the_public_lease_keys_need_no_credential()
    {
        var anybody = Meter.As(null);

        await anybody.Get("/health/live").Is(200);
        await anybody.Get("/health/ready").Is(200);
        await anybody.Get("/.well-known/jwks.json").Is(200);
    }

    [Fact]
    public async Task A_license_key_is_shown_once_and_never_again()
    {
        var license = await Meter.License(new { limit = 5 });

        Assert.StartsWith("lic_", license.Id, StringComparison.Ordinal);
        Assert.StartsWith("lk_", license.Key, StringComparison.Ordinal);
        Assert.DoesNotContain(license.Key, (await license.Read().Is(200)).Text, StringComparison.Ordinal);
        Assert.DoesNotContain(license.Key, (await Meter.Get($"/api/v1/licenses?tenant_id={license.Tenant}")
            .Is(200)).Text, StringComparison.Ordinal);
    }
}
