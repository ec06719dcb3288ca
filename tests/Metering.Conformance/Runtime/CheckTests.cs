using Metering.Conformance.Client;

namespace Metering.Conformance.Runtime;

public sealed class CheckTests : ContractTest
{
    [Fact]
    public async Task A_check_answers_what_a_consume_would_and_counts_nothing()
    {
        var license = await Meter.License(new { limit = 10 });
        await license.Consume(6).Is(200);

        await license.Check(4).Is(200).Has("allowed", true).Has("amount", 4).Has("used", 6).Has("remaining", 4);
        await license.Check(5).Is(200).Has("allowed", false).Has("reason", "quota_exceeded").Has("used", 6).Has("remaining", 4);
        await license.Consume(4).Is(200).Has("used", 10);
    }

    [Fact]
    public async Task A_check_by_get_is_the_same()
    {
        var license = await Meter.License(new { limit = 10 });

        await license.Software.Get($"/api/v1/license/check?feature_code={license.Feature}&amount=4").Is(200).Has("allowed", true)
            .Has("amount", 4);
        await license.Software.Get($"/api/v1/license/check?feature_code={license.Feature}&amount=10.5").Is(200).Has("allowed", false);
        await license.Software.Get($"/api/v1/license/check?feature_code={license.Feature}").Is(200).Has("amount", 1);
        await license.Check().Has("used", 0);
    }

    [Fact]
    public async Task Lack_of_quota_is_no_error_of_a_check()
    {
        var license = await Meter.License(new { limit = 0 });

        await license.Check().Is(200).Has("allowed", false).Has("reason", "quota_exceeded").Has("remaining", 0);
    }

    [Fact]
    public async Task A_feature_that_the_license_does_not_have_is_not_allowed()
    {
        var license = await Meter.License(new { limit = 10 });

        await license.Check(feature: await Meter.Feature()).Is(200).Has("allowed", false).Has("reason", "feature_not_assigned");
        await license.Check(feature: "no_such_feature").Is(200).Has("allowed", false).Has("reason", "feature_not_assigned");
    }

    [Fact]
    public async Task A_check_needs_no_idempotency_key_and_writes_no_evidence()
    {
        var license = await Meter.License(new { limit = 10 });
        var before = (await license.Ledger()).Count;

        await license.Check(3).Is(200);
        await license.Check(30).Is(200);

        Assert.Equal(before, (await license.Ledger()).Count);
    }

    [Fact]
    public async Task A_check_of_a_suspended_license_is_not_allowed()
    {
        var license = await Meter.License(new { limit = 10 });
        await license.Manage("/suspend").Succeeds();

        await license.Check().Is(200).Has("allowed", false).Has("reason", "license_suspended");
    }

    [Theory]
    [InlineData("amount=0")]
    [InlineData("amount=-1")]
    [InlineData("amount=one")]
    [InlineData("amount=1e400")]
    [InlineData("amount=0.1234567891")]
    [InlineData("amount=")]
    public async Task A_check_by_get_refuses_an_amount_that_is_none(string query)
    {
        var license = await Meter.License(new { limit = 10 });

        await license.Software.Get($"/api/v1/license/check?feature_code={license.Feature}&{query}").Refuses(400, "invalid_request");
    }

    [Fact]
    public async Task A_check_without_a_feature_is_refused() =>
        await (await Meter.License(new { limit = 10 })).Software.Get("/api/v1/license/check").Refuses(400, "invalid_request");
}
