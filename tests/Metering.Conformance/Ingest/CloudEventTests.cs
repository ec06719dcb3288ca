using System.Net.Http.Headers;
using Metering.Conformance.Client;

namespace Metering.Conformance.Ingest;

public sealed class CloudEventTests : ContractTest
{
    [Fact]
    public async Task A_structured_event_is_counted_once()
    {
        var license = await Meter.License(new { limit = 10 });
        var body = Structured(license, "id-1", """{ "quantity": 3, "user_id": "user_1" }""");

        await Send(body, "application/cloudevents+json").Is(202).Has("accepted", 1);
        await Send(body, "application/cloudevents+json").Is(202).Has("accepted", 0).Has("duplicates", 1);

        await license.Check().Has("used", 3);
        var entry = (await license.Ledger()).Single(item => item.GetProperty("kind").GetString() == "recorded");
        Assert.Equal("user_1", entry.GetProperty("user_id").GetString());
    }

    [Fact]
    public async Task The_same_id_from_another_source_is_another_event()
    {
        var license = await Meter.License(new { limit = 10 });
        var body = Structured(license, "id-1", """{ "quantity": 3 }""");

        await Send(body, "application/cloudevents+json").Is(202).Has("accepted", 1);
        await Send(body.Replace("/billing/eu", "/billing/us", StringComparison.Ordinal), "application/cloudevents+json").Is(202)
            .Has("accepted", 1);

        await license.Check().Has("used", 6);
    }

    [Fact]
    public async Task The_type_is_the_metric_unless_the_data_names_one()
    {
        var license = await Meter.License(new { limit = 10 });

        await Send(Structured(license, "id-1", """{ "quantity": 2 }""", type: license.Feature), "application/cloudevents+json").Is(202)
            .Has("accepted", 1);
        await Send(Structured(license, "id-2", $$"""{ "metric": "{{license.Feature}}", "quantity": 3 }""", type: "com.example.used"), "application/cloudevents+json")
            .Is(202).Has("accepted", 1);

        await license.Check().Has("used", 5);
    }

    [Fact]
    public async Task An_event_without_a_quantity_counts_one()
    {
        var license = await Meter.License(new { limit = 10 });

        await Send(Structured(license, "id-1", "{}"), "application/cloudevents+json").Is(202).Has("accepted", 1);

        await license.Check().Has("used", 1);
    }

    [Fact]
    public async Task The_subject_may_be_the_license()
    {
        var license = await Meter.License(new { limit = 10 });
        var body = Structured(license, "id-1", """{ "quantity": 2 }""").Replace(license.Tenant, license.Id, StringComparison.Ordinal);

        await Send(body, "application/cloudevents+json").Is(202).Has("accepted", 1);

        await license.Check().Has("used", 2);
    }

    [Fact]
    public async Task A_batch_is_counted_and_its_bad_events_are_named()
    {
        var license = await Meter.License(new { limit = 10 });
        var body = $$"""
            [ {{Structured(license, "id-1", """{ "quantity": 2 }""")}},
              {{Structured(license, "id-2", """{ "quantity": -2 }""")}},
              {{Structured(license, "id-3", """{ "quantity": 4 }""")}} ]
            """;

        var reply = await Send(body, "application/cloudevents-batch+json").Is(202).Has("accepted", 2).Has("rejected.0.index", 1);

        Assert.Single(reply.List("rejected"));
        await license.Check().Has("used", 6);
    }

    [Fact]
    public async Task A_binary_event_is_counted_once()
    {
        var license = await Meter.License(new { limit = 10 });
        Task<Reply> Post()
        {
            var content = new StringContent("""{ "quantity": 2, "user_id": "user_1" }""");
            content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
            foreach (var (name, value) in
                new[] { ("specversion", "1.0"), ("id", "id-1"), ("source", "/billing/eu"), ("type", license.Feature),
                ("subject", license.Tenant) })
            {
                content.Headers.Add("ce-" + name, value);
            }

            return Meter.Post("/api/events", content);
        }

        await Post().Is(202).Has("accepted", 1);
        await Post().Is(202).Has("duplicates", 1);

        await license.Check().Has("used", 2);
    }

    [Fact]
    public async Task A_structured_event_without_what_a_cloud_event_must_have_is_refused()
    {
        var license = await Meter.License(new { limit = 10 });
        var whole = Structured(license, "id-1", """{ "quantity": 2 }""");

        foreach (var without in
            new[] { "\"id\": \"id-1\",", "\"source\": \"/billing/eu\",", "\"specversion\": \"1.0\",", $"\"type\": \"{license.Feature}\"," })
        {
            Assert.Contains(without, whole, StringComparison.Ordinal);
            await Send(whole.Replace(without, "", StringComparison.Ordinal), "application/cloudevents+json").RefusesSomehow().Is(400);
        }

        await license.Check().Has("used", 0);
    }

    private async Task<Reply> Send(string body, string mediaType)
    {
        using var content = Meter.Json(body, mediaType);
        return await Meter.Post("/api/events", content);
    }

    private static string Structured(License license, string id, string data, string? type = null) => $$"""
        { "specversion": "1.0", "id": "{{id}}", "source": "/billing/eu", "type": "{{type ?? license.Feature}}", "subject": "{{license.Tenant}}",
          "datacontenttype": "application/json", "data": {{data}} }
        """;
}
