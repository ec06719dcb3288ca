using Metering.Conformance.Client;

namespace Metering.Conformance.Seeds;

/// <summary>PayKit's guide: one metered feature, a free and a pro plan in one group, check before the work and report after it.</summary>
public sealed class PayKitExampleTests : ContractTest
{
    [Fact]
    public async Task Free_customers_get_100_messages_a_month_and_pro_customers_2000()
    {
        var (messages, free, pro) = await Plans();

        var customer = await Meter.LicenseOn(free, messages);
        await customer.Check().Is(200).Has("allowed", true).Has("remaining", 100);
        await (await Meter.LicenseOn(pro, messages)).Check().Is(200).Has("allowed", true).Has("remaining", 2000);
    }

    [Fact]
    public async Task Check_work_and_report_go_on_until_the_limit_is_hit()
    {
        var (messages, free, _) = await Plans();
        var customer = await Meter.LicenseOn(free, messages);
        var worked = 0;

        while ((await customer.Check().Is(200))["allowed"].GetBoolean() && worked <= 100)
        {
            worked++;
            await customer.Report(1).Is(200).Has("used", worked).Has("remaining", 100 - worked);
        }

        Assert.Equal(100, worked);
        await customer.Check().Has("allowed", false).Has("remaining", 0).Has("reason", "quota_exceeded");
    }

    [Fact]
    public async Task A_batch_reports_larger_amounts()
    {
        var (messages, free, _) = await Plans();
        var customer = await Meter.LicenseOn(free, messages);

        await customer.Report(25).Is(200).Has("remaining", 75);
    }

    [Fact]
    public async Task An_upgrade_from_free_to_pro_lets_the_customer_go_on()
    {
        var (messages, free, pro) = await Plans();
        var customer = await Meter.LicenseOn(free, messages);
        await customer.Report(100).Is(200);
        await customer.Check().Has("allowed", false);

        await customer.Manage(HttpMethod.Patch, "", new { plan_id = pro }).Is(200);

        await customer.Check().Has("allowed", true).Has("remaining", 1900);
    }

    private async Task<(string Messages, string Free, string Pro)> Plans()
    {
        var (messages, free, pro, group) = (Meter.Unique("messages"), Meter.Unique("free"), Meter.Unique("pro"), Meter.Unique("base"));
        await Meter.Put("/api/v1/catalog", $$"""
            { "features": [ { "code": "{{messages}}", "name": "Messages", "kind": "metered", "metric": "counter", "unit": "message" } ],
              "plans": [
                { "id": "{{free}}", "name": "Free", "group": "{{group}}", "includes": [ { "feature_code": "{{messages}}", "limit": 100, "reset": "month" } ] },
                { "id": "{{pro}}", "name": "Pro", "group": "{{group}}", "price": { "amount": 19, "currency": "USD", "interval": "month" },
                  "includes": [ { "feature_code": "{{messages}}", "limit": 2000, "reset": "month" } ] } ] }
            """).Is(200);
        return (messages, free, pro);
    }
}
