using Metering.Conformance.Client;

namespace Metering.Conformance.Management;

public sealed class KeygenTests : ContractTest
{
    [Fact]
    public async Task Usage_is_incremented_by_one_unless_it_is_told_otherwise()
    {
        var license = await Meter.License(new { limit = 10 });

        await Act(license, "increment-usage").Is(200).Has("data.type", "licenses").Has("data.id", license.Id)
            .Has("data.attributes.uses", 1).Has("data.attributes.maxUses", 10);
        await Act(license, "increment-usage", """{"meta":{"increment":4}}""").Is(200).Has("data.attributes.uses", 5);
        await license.Check().Has("used", 5);
    }

    [Fact]
    public async Task The_limit_fails_with_keygens_code_and_counts_nothing()
    {
        var license = await Meter.License(new { limit = 10 });
        await Act(license, "increment-usage", """{"meta":{"increment":8}}""").Is(200);

        await Act(license, "increment-usage", """{"meta":{"increment":3}}""").Is(422).Has("errors.0.code", "LICENSE_USAGE_LIMIT_EXCEEDED");

        await license.Check().Has("used", 8);
    }

    [Theory]
    [InlineData("gauge")]
    [InlineData("total")]
    public async Task What_counts_readings_is_not_incremented(string metric)
    {
        var license = await Meter.License(new { limit = 10 }, metric);
        await license.Consume(5).Is(200);

        await Act(license, "increment-usage").Is(400).Has("errors.0.source.pointer", "/feature_code");
        await Act(license, "increment-usage?feature_code=" + license.Feature).Is(400);

        await license.Check(5).Has("used", 5);
    }

    [Fact]
    public async Task Usage_is_decremented_and_reset()
    {
        var license = await Meter.License(new { limit = 10 });
        await license.Consume(9).Is(200);

        await Act(license, "decrement-usage").Is(200).Has("data.attributes.uses", 8);
        await Act(license, "decrement-usage", """{"meta":{"decrement":3}}""").Is(200).Has("data.attributes.uses", 5);
        await Act(license, "reset-usage").Is(200).Has("data.attributes.uses", 0).Has("data.attributes.maxUses", 10);
        await license.Check().Has("used", 0);
    }

    [Fact]
    public async Task A_license_without_a_limit_has_no_most_uses()
    {
        var license = await Meter.License();

        await Act(license, "increment-usage").Is(200).Has("data.attributes.uses", 1).Has("data.attributes.maxUses", null);
    }

    [Fact]
    public async Task A_license_may_act_on_itself_by_id_and_by_key()
    {
        var license = await Meter.License(new { limit = 10 });

        await license.Software.Post($"/api/v1/licenses/{license.Id}/actions/increment-usage").Is(200).Has("data.attributes.uses", 1);
        await license.Software.Post($"/api/v1/licenses/{license.Key}/actions/increment-usage").Is(200).Has("data.attributes.uses", 2)
            .Has("data.id", license.Id);
        await Meter.Post($"/api/v1/licenses/{license.Key}/actions/increment-usage").Is(200).Has("data.attributes.uses", 3);
    }

    [Theory]
    [InlineData("decrement-usage")]
    [InlineData("reset-usage")]
    public async Task A_license_may_not_take_back_its_own_use(string action)
    {
        var license = await Meter.License(new { limit = 10 });
        await license.Consume(4).Is(200);

        foreach (var name in new[] { license.Id, license.Key })
        {
            await license.Software.Post($"/api/v1/licenses/{name}/actions/{action}").Is(403).Has("errors.0.code", "FORBIDDEN");
            await Meter.As(null).Post($"/api/v1/licenses/{name}/actions/{action}").Is(401);
            await Meter.As("License", "lk_wrong").Post($"/api/v1/licenses/{name}/actions/{action}").Is(401);
        }

        await license.Check().Has("used", 4);
    }

    [Fact]
    public async Task A_license_may_not_act_on_another()
    {
        var license = await Meter.License(new { limit = 10 });
        var other = await Meter.License(new { limit = 10 });

        var reply = await license.Software.Post($"/api/v1/licenses/{other.Id}/actions/increment-usage");

        Assert.True(reply.Status is 401 or 403 or 404, reply.Text);
        await other.Check().Has("used", 0);
    }

    [Fact]
    public async Task With_several_metered_features_the_one_meant_is_named()
    {
        var first = await Meter.Feature();
        var second = await Meter.Feature();
        var license = await Meter.LicenseOn(
            await Meter.Plan(new { feature_code = first, limit = 10 }, new { feature_code = second, limit = 20 }), first);

        var unnamed = await Act(license, "increment-usage");
        Assert.True(unnamed.Status is 400 or 422, unnamed.Text);
        await Act(license, $"increment-usage?feature_code={second}").Is(200).Has("data.attributes.uses", 1)
            .Has("data.attributes.maxUses", 20);
        await license.Check().Has("used", 0);
        await license.Check(feature: second).Has("used", 1);
    }

    [Theory]
    [InlineData("increment-usage", "increment", "9223372036854775808")]
    [InlineData("increment-usage", "increment", "99999999999999999999999999")]
    [InlineData("increment-usage", "increment", "0")]
    [InlineData("increment-usage", "increment", "-1")]
    [InlineData("increment-usage", "increment", "\"1\"")]
    [InlineData("decrement-usage", "decrement", "0")]
    [InlineData("decrement-usage", "decrement", "9223372036854775808")]
    public async Task An_amount_that_is_none_is_refused_with_its_place(string action, string field, string amount)
    {
        var license = await Meter.License(new { limit = 10 });
        await license.Consume(5).Is(200);

        var reply = await Act(license, action, $$$"""{"meta":{"{{{field}}}":{{{amount}}}}}""");

        Assert.True(reply.Status is 400 or 422, reply.Text);
        reply.Has("errors.0.source.pointer", "/meta/" + field);
        await license.Check().Has("used", 5);
    }

    [Fact]
    public async Task More_than_was_used_cannot_be_taken_away()
    {
        var license = await Meter.License(new { limit = 10 });
        await license.Consume(2).Is(200);

        var reply = await Act(license, "decrement-usage", """{"meta":{"decrement":3}}""");

        Assert.True(reply.Status is 400 or 422, reply.Text);
        await license.Check().Has("used", 2);
    }

    [Fact]
    public async Task An_unknown_license_is_404() =>
        await Meter.Post("/api/v1/licenses/lic_no_such_license/actions/increment-usage").Is(404);

    private Task<Reply> Act(License license, string action, string? body = null) =>
        Meter.Post($"/api/v1/licenses/{license.Id}/actions/{action}", body);
}
