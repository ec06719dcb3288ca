using Metering.Conformance.Client;
using Metering.Conformance.Holds;

namespace Metering.Conformance.Access;

public sealed class ViewTokenTests : ContractTest
{
    [Fact]
    public async Task A_view_token_ends_with_the_key_of_its_license_and_with_the_license()
    {
        var license = await Meter.License(new { limit = 10 });
        var first = await ViewerAsync(license);
        await first.Get(UsageOf(license)).Is(200);

        await license.Manage("/rotate-key").Is(200);
        var second = await ViewerAsync(license);

        Assert.Equal("view_token_revoked", (await first.Get(UsageOf(license)).Is(401)).String("code"));
        await second.Get(UsageOf(license)).Is(200);
        await Meter.Delete($"/api/v1/licenses/{license.Id}").Is(204);
        Assert.Equal("view_token_revoked", (await second.Get(UsageOf(license)).Is(401)).String("code"));
        await license.Manage("/view-tokens").Is(404);
    }

    [Fact]
    public async Task Neither_a_lease_nor_a_view_token_is_taken_for_the_other()
    {
        var license = await Meter.License(new { limit = 10 });
        var lease = (await license.Post("/leases", new { feature_code = license.Feature, amount = 1, ttl_seconds = 60, fingerprint = "m" })
            .Is(201)).String("token");
        var view = (await license.Manage("/view-tokens").Is(201)).String("token");

        await Meter.As("Bearer", lease).Get(UsageOf(license)).Is(401);
        var parts = (Lease: lease.Split('.'), View: view.Split('.'));
        await Meter.As("Bearer", $"{parts.View[0]}.{parts.Lease[1]}.{parts.Lease[2]}").Get(UsageOf(license)).Is(401);
        await Meter.As("License", view).Get("/api/v1/license/usage").Is(401);
        Assert.NotEqual(new LeaseToken(lease).Header.GetProperty("typ").GetString(), new LeaseToken(view).Header.GetProperty("typ").GetString());
        Assert.Equal("license-view", new LeaseToken(view).Claims.GetProperty("aud").GetString());
        Assert.False(new LeaseToken(lease).Claims.TryGetProperty("aud", out _));
        Assert.False(new LeaseToken(view).Claims.TryGetProperty("feature_code", out _));
        var keys = await Meter.As(null).Get("/.well-known/jwks.json").Is(200);
        Assert.True(new LeaseToken(view).IsSignedByOneOf([.. keys["keys"].EnumerateArray()]));
    }

    [Theory]
    [InlineData("""{"ttl_seconds":0}""")]
    [InlineData("""{"ttl_seconds":86401}""")]
    [InlineData("""{"ttl_seconds":1.5}""")]
    public async Task A_lifetime_that_is_none_or_too_long_is_refused(string body)
    {
        var license = await Meter.License(new { limit = 10 });
        await license.Manage("/view-tokens", body).Is(400);
    }

    internal static string UsageOf(License license) => $"/api/v1/licenses/{license.Id}/usage";

    private async Task<Meter> ViewerAsync(License license) =>
        Meter.As("Bearer", (await license.Manage("/view-tokens", new { ttl_seconds = 600 }).Is(201)).String("token"));
}
