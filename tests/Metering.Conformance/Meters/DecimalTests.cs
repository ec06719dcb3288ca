using Metering.Conformance.Client;

namespace Metering.Conformance.Meters;

[Rule(1)]
public sealed class DecimalTests : ContractTest
{
    [Fact]
    public async Task Tenths_add_up_exactly()
    {
        var license = await Meter.License(new { limit = 1 });

        await license.Consume(0.1m).Has("used", 0.1m);
        var reply = await license.Consume(0.2m).Has("used", 0.3m).Has("remaining", 0.7m);

        Assert.Equal("0.3", reply["used"].GetRawText());
        Assert.Equal("0.7", reply["remaining"].GetRawText());
    }

    [Fact]
    public async Task The_largest_amount_comes_back_to_the_last_digit()
    {
        var license = await Meter.License(new { limit = 999999999999999.999999999m });

        var reply = await license.Consume(999999999999999.999999999m).Is(200).Has("remaining", 0);

        Assert.Equal("999999999999999.999999999", reply["used"].GetRawText());
        Assert.Equal("999999999999999.999999999", reply["limit"].GetRawText());
        await license.Consume(0.000000001m).Refuses(403, "quota_exceeded");
    }

    [Fact]
    public async Task The_smallest_amount_is_counted()
    {
        var license = await Meter.License(new { limit = 0.000000003m });

        await license.Consume(0.000000001m).Has("used", 0.000000001m).Has("remaining", 0.000000002m);
        await license.Consume(0.000000002m).Has("remaining", 0);
        await license.Consume(0.000000001m).Refuses(403, "quota_exceeded");
    }

    [Theory]
    [InlineData("1.50", "1.5")]
    [InlineData("1e2", "100")]
    [InlineData("1E-9", "0.000000001")]
    [InlineData("2.000000000000", "2")]
    [InlineData("123456789.123456789", "123456789.123456789")]
    [InlineData("0.1e1", "1")]
    public async Task Amounts_in_any_json_spelling_are_exact(string sent, string used)
    {
        var license = await Meter.License();

        var reply = await license.Post("/consume", $$"""{"feature_code":"{{license.Feature}}","amount":{{sent}}}""").Is(200);

        Assert.Equal(used, reply["used"].GetRawText());
        Assert.Equal(used, reply["amount"].GetRawText());
    }

    [Theory]
    [InlineData("1000000000000000")]
    [InlineData("1e15")]
    [InlineData("0.0000000001")]
    [InlineData("1.1234567891")]
    [InlineData("1e-10")]
    [InlineData("1e400")]
    [InlineData("1e2147483648")]
    [InlineData("99999999999999999999999999999999999999999999")]
    public async Task Amounts_beyond_15_and_9_digits_are_refused(string sent)
    {
        var license = await Meter.License();

        await license.Post("/consume", $$"""{"feature_code":"{{license.Feature}}","amount":{{sent}}}""").RefusesField("/amount");
        await license.Check().Has("used", 0);
    }

    [Fact]
    public async Task A_thousand_small_amounts_make_their_sum()
    {
        var license = await Meter.License(new { limit = 10 });
        var events = Enumerable.Range(0, 1000).Select(_ => new { tenant_id = license.Tenant, metric = license.Feature, quantity = 0.001m });

        await Meter.Post("/api/events", events).Is(202).Has("accepted", 1000);

        await license.Check().Has("used", 1).Has("remaining", 9);
    }

    [Fact]
    public async Task Amounts_in_the_ledger_are_exact()
    {
        var license = await Meter.License(new { limit = 1 });
        await license.Consume(0.1m).Is(200);
        await license.Consume(0.2m).Is(200);

        var entry = (await license.Ledger()).Last(item => item.GetProperty("kind").GetString() == "consumed");

        Assert.Equal("0.2", entry.GetProperty("amount").GetRawText());
        Assert.Equal("0.1", entry.GetProperty("before").GetRawText());
        Assert.Equal("0.3", entry.GetProperty("after").GetRawText());
    }
}
