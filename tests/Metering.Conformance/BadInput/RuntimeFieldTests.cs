using System.Text.Json.Nodes;
using Metering.Conformance.Client;

namespace Metering.Conformance.BadInput;

public sealed class RuntimeFieldTests : FieldTest
{
    public static TheoryData<string, string, string?[]> Fields
    {
        get
        {
            var data = new TheoryData<string, string, string?[]>();
            foreach (var path in new[] { "/consume", "/report", "/check", "/reservations", "/leases" })
            {
                data.Add(path, "feature_code", BadValues.Required(BadValues.Text));
                data.Add(path, "amount", path is "/reservations" or "/leases" ? BadValues.Required(BadValues.Amount) : BadValues.Amount);
            }

            foreach (var path in new[] { "/consume", "/report" })
            {
                foreach (var text in new[] { "event_id", "user_id", "fingerprint" })
                {
                    data.Add(path, text, BadValues.Text);
                }

                data.Add(path, "metadata", BadValues.Object);
            }

            data.Add("/consume", "allow_partial", BadValues.Flag);
            data.Add("/reservations", "ttl_seconds", BadValues.Required(BadValues.Seconds));
            data.Add("/leases", "ttl_seconds", BadValues.Required(BadValues.Seconds));
            data.Add("/leases", "fingerprint", BadValues.Required(BadValues.Text));
            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Fields))]
    public async Task A_bad_field_is_refused_with_its_place_and_nothing_is_counted(string path, string field, string?[] values)
    {
        var license = await Meter.License(new { limit = 1_000_000 });

        await AllRefused(field, values, Good(path, license.Feature), text => license.Post(path, text));

        await license.Check().Is(200).Has("used", 0).Has("held", 0);
    }

    [Theory]
    [InlineData("/consume")]
    [InlineData("/report")]
    [InlineData("/reservations")]
    [InlineData("/leases")]
    public async Task A_feature_code_that_names_nothing_is_refused(string path)
    {
        var license = await Meter.License(new { limit = 10 });
        foreach (var code in
            new[] { "../x", "..", "no_such_feature", "a'; drop table licenses; --", "ünknown", "%00", license.Feature.ToUpperInvariant() })
        {
            await license.Post(path, Good(path, code)).RefusesSomehow()
                .Is(400, 403);
        }

        await license.Check().Has("used", 0).Has("held", 0);
    }

    [Fact]
    public async Task A_key_is_for_gauges_and_must_be_text()
    {
        var license = await Meter.License(new { limit = 10 }, "gauge");
        var body = Body.Of(new { feature_code = license.Feature, amount = 1 });

        await AllRefused("key", BadValues.Text, body, text => license.Post("/consume", text));

        await license.Check(0).Has("used", 0);
    }

    [Fact]
    public async Task Metadata_that_is_too_large_is_refused()
    {
        var license = await Meter.License(new { limit = 10 });

        await license.Consume(more: new { metadata = new { note = new string('x', 500_000) } }).RefusesSomehow();

        await license.Check().Has("used", 0);
    }

    [Theory]
    [InlineData("event_id", true)]
    [InlineData("amount", false)]
    [InlineData("occurred_at", true)]
    public async Task A_bad_use_of_a_lease_is_refused(string field, bool required)
    {
        var license = await Meter.License(new { limit = 10 });
        var lease = await license.Post("/leases", new { feature_code = license.Feature, amount = 5, ttl_seconds = 600, fingerprint = "m" })
            .Is(201);
        var values = field switch { "event_id" => BadValues.Text, "amount" => BadValues.Amount, _ => BadValues.Time };
        var good = Body.Of(new { event_id = "evt-1", amount = 1, occurred_at = Meter.Text(await Meter.Now()) });

        foreach (var value in required ? BadValues.Required(values) : values)
        {
            await license.Post($"/leases/{lease.String("id")}/sync", $$"""{"usage":[{{Body.WithRaw(good, field, value)}}]}""")
                .RefusesField("/usage/0/" + field);
        }

        await license.Check().Has("used", 0).Has("held", 5);
    }

    [Theory]
    [InlineData("\"usage\":5")]
    [InlineData("\"usage\":{}")]
    [InlineData("\"usage\":[5]")]
    [InlineData("\"usage\":[null]")]
    [InlineData("\"usage\":[],\"close\":\"yes\"")]
    public async Task A_bad_step_of_a_lease_is_refused(string fields)
    {
        var license = await Meter.License(new { limit = 10 });
        var lease = await license.Post("/leases", new { feature_code = license.Feature, amount = 5, ttl_seconds = 600, fingerprint = "m" })
            .Is(201);

        await license.Post($"/leases/{lease.String("id")}/sync", "{" + fields + "}").Refuses(400, "invalid_request");

        await license.Check().Has("held", 5);
    }

    private static JsonObject Good(string path, string feature) => Body.Of(
        new { feature_code = feature, amount = 1 },
        path is "/reservations" or "/leases" ? new { ttl_seconds = 60 } : null,
        path == "/leases" ? new { fingerprint = "m-1" } : null);
}
