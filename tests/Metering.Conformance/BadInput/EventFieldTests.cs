using Metering.Conformance.Client;

namespace Metering.Conformance.BadInput;

public sealed class EventFieldTests : FieldTest
{
    public static TheoryData<string, string?[]> Fields => new()
    {
        { "tenant_id", BadValues.Text },
        { "metric", BadValues.Required(BadValues.Text) },
        { "quantity", BadValues.Amount },
        { "user_id", BadValues.Text },
        { "event_id", BadValues.Text },
        { "occurred_at", BadValues.Time },
        { "license_id", BadValues.Text },
        { "key", BadValues.Text },
    };

    [Theory]
    [MemberData(nameof(Fields))]
    public async Task A_bad_field_of_an_event_is_refused_and_nothing_is_counted(string field, string?[] values)
    {
        var license = await Meter.License(new { limit = 10 });
        var body = Body.Of(new { tenant_id = license.Tenant, metric = license.Feature, quantity = 1 });

        await AllRefused(field, values, body, text => Meter.Post("/api/events", text));

        await license.Check().Has("used", 0);
    }

    [Theory]
    [InlineData("user_id")]
    [InlineData("event_id")]
    [InlineData("occurred_at")]
    [InlineData("license_id")]
    [InlineData("key")]
    public async Task A_null_is_as_a_field_that_is_not_there(string field)
    {
        var license = await Meter.License(new { limit = 10 });
        var body = Body.Of(new { tenant_id = license.Tenant, metric = license.Feature, quantity = 1 });

        await Meter.Post("/api/events", Body.WithRaw(body, field, "null")).Is(202).Has("accepted", 1);

        await license.Check().Has("used", 1);
    }

    [Theory]
    [InlineData("5")]
    [InlineData("\"text\"")]
    [InlineData("null")]
    [InlineData("[]")]
    public async Task What_is_no_event_is_rejected_in_a_batch_and_the_others_count(string item)
    {
        var license = await Meter.License(new { limit = 10 });
        var good = Body.Of(new { tenant_id = license.Tenant, metric = license.Feature, quantity = 1 }).ToJsonString();

        var reply = await Meter.Post("/api/events", $"[{good},{item},{good}]").Is(202).Has("accepted", 2).Has("rejected.0.index", 1);

        Assert.Single(reply.List("rejected"));
        await license.Check().Has("used", 2);
    }
}
