using Metering.Conformance.Client;

namespace Metering.Conformance.Runtime;

public sealed class ReportTests : ContractTest
{
    [Fact]
    public async Task A_report_counts_what_has_happened()
    {
        var license = await Meter.License(new { limit = 10 });

        await license.Report(4).Is(200).Has("allowed", true).Has("amount", 4).Has("used", 4).Has("remaining", 6).Has("overage", 0);
        await license.Check().Has("used", 4);
    }

    [Fact]
    public async Task A_report_is_never_refused_for_quota_and_goes_into_overage()
    {
        var license = await Meter.License(new { limit = 10 });
        await license.Report(8).Is(200);

        await license.Report(5).Is(200).Has("used", 13).Has("remaining", 0).Has("overage", 3).Has("level", "over_usage");
        await license.Consume().Refuses(403, "quota_exceeded");
        await license.Report().Is(200).Has("overage", 4);
    }

    [Fact]
    public async Task A_report_needs_an_idempotency_key_and_is_counted_once()
    {
        var license = await Meter.License(new { limit = 10 });

        await license.Software.Post("/api/v1/license/report", new { feature_code = license.Feature })
            .Refuses(400, "idempotency_key_required");
        await license.Report(2, "key-1").Is(200).HasNoHeader("Idempotency-Replayed");
        await license.Report(2, "key-1").Is(200).HasHeader("Idempotency-Replayed", "true").Has("used", 2);
        await license.Check().Has("used", 2);
    }

    [Fact]
    public async Task A_report_of_a_feature_that_the_license_does_not_have_is_refused()
    {
        var license = await Meter.License(new { limit = 10 });

        await license.Report(feature: "no_such_feature").Refuses(403, "feature_not_assigned");
    }

    [Fact]
    public async Task A_top_up_after_overage_gives_its_full_amount_and_leaves_the_overage_as_it_was()
    {
        var license = await Meter.License(new { limit = 10 });
        await license.Report(13).Is(200).Has("overage", 3);

        await license.Manage("/usage/reset", new { feature_code = license.Feature, top_up = 5 }).Succeeds();

        await license.Check().Has("used", 13).Has("overage", 3).Has("remaining", 5).Has("allowance", 15);
        await license.Consume(5).Is(200).Has("overage", 3).Has("remaining", 0);
        await license.Consume().Refuses(403, "quota_exceeded");
    }
}
