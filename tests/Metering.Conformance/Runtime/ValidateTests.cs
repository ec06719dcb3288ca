using Metering.Conformance.Client;

namespace Metering.Conformance.Runtime;

public sealed class ValidateTests : ContractTest
{
    [Fact]
    public async Task A_license_is_valid_with_its_id()
    {
        var license = await Meter.License(new { limit = 10 });

        await license.Validate().Is(200).Has("valid", true).Has("license.id", license.Id).Has("license.tenant_id", license.Tenant);
    }

    [Fact]
    [Rule(12)]
    public async Task A_license_is_valid_whatever_its_usage()
    {
        var license = await Meter.License(new { limit = 1 });
        await license.Consume().Is(200);
        await license.Consume().Refuses(403, "quota_exceeded");
        await license.Report(100).Is(200);

        await license.Validate().Is(200).Has("valid", true);
    }

    [Fact]
    public async Task A_suspended_license_is_not_valid_and_consumes_nothing_until_it_is_resumed()
    {
        var license = await Meter.License(new { limit = 10 });
        await license.Manage("/suspend").Succeeds();

        await license.Validate().Is(200).Has("valid", false).Has("code", "license_suspended");
        await license.Consume().Refuses(403, "license_suspended");
        await license.Post("/reservations", new { feature_code = license.Feature, amount = 1, ttl_seconds = 60 })
            .Refuses(403, "license_suspended");
        await license.Post("/leases", new { feature_code = license.Feature, amount = 1, ttl_seconds = 60, fingerprint = "m" })
            .Refuses(403, "license_suspended");

        await license.Manage("/resume").Succeeds();
        await license.Validate().Is(200).Has("valid", true);
        await license.Consume().Is(200).Has("used", 1);
    }

    [Fact]
    public async Task A_validation_says_nothing_of_the_key()
    {
        var license = await Meter.License(new { limit = 10 });

        Assert.DoesNotContain(license.Key, (await license.Validate().Is(200)).Text, StringComparison.Ordinal);
    }
}
