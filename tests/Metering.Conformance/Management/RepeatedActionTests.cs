using Metering.Conformance.Client;
using Metering.Conformance.Webhooks;

namespace Metering.Conformance.Management;

/// <summary>What is sent or tried again by a call is not sent or tried once more when the call is repeated with its key.</summary>
[Rule(8)]
public sealed class RepeatedActionTests : ContractTest
{
    [WebhookFact]
    public async Task A_test_message_and_a_redelivery_with_a_key_are_sent_once()
    {
        await using var receiver = await Receiver.StartAsync();
        var made = await Meter.Post("/api/v1/webhooks", new { url = receiver.Url, events = new[] { "webhook_disabled" } }).Is(201);
        var path = "/api/v1/webhooks/" + made.String("id");
        try
        {
            var test = await Once(path + "/test");
            await Once($"{path}/deliveries/{test.Delivery}/redeliver");
            var (key, again) = await Once($"{path}/deliveries/{test.Delivery}/redeliver");

            Assert.Equal(3, (await Meter.Get(path + "/deliveries").Is(200)).Items.Count);
            await Meter.Post($"{path}/deliveries/{again}/redeliver", null, key).Refuses(422, "idempotency_key_reused");
            await Meter.Delete(path).Is(204);
            await Meter.Post(path + "/test", null, test.Key).Is(202).HasHeader("Idempotency-Replayed", "true").Has("id", test.Delivery);
            await Meter.Post(path + "/test").Is(404);
        }
        finally
        {
            await Meter.Delete(path);
        }
    }

    [Fact]
    public async Task A_dead_letter_that_counted_is_answered_again()
    {
        var license = await Meter.License(new { limit = 10 });
        var (feature, key) = (await Meter.Feature(), Meter.Unique("key"));
        var path = $"/api/v1/dead-letters/{await Letter(license, feature)}/retry";
        await Meter.Post(path, null, key).Is(400);
        await license.Manage("/features", new { feature_code = feature, limit = 100 }).Is(201);

        // What was refused is not remembered.
        var first = await Meter.Post(path, null, key).Is(202).Has("accepted", 1).HasNoHeader("Idempotency-Replayed");
        var again = await Meter.Post(path, null, key).Is(202).HasHeader("Idempotency-Replayed", "true");

        Assert.Equal(first.Text, again.Text);
        await Meter.Post(path, new { @event = Event(license, feature) }, key).Refuses(422, "idempotency_key_reused");
        await Meter.Post(path).Is(404);
        await license.Check(feature: feature).Has("used", 4);
    }

    [Fact]
    public async Task Letters_of_a_kind_are_tried_again_once()
    {
        var license = await Meter.License(new { limit = 10 });
        var (mended, broken, key) = (await Meter.Feature(), await Meter.Feature(), Meter.Unique("key"));
        var (kind, other) = (new { tenant_id = license.Tenant }, new { tenant_id = license.Tenant, metric = broken });
        await Letter(license, mended);
        await Letter(license, broken);
        await license.Manage("/features", new { feature_code = mended, limit = 100 }).Is(201);
        var first = await Meter.Post("/api/v1/dead-letters/retry", kind, key).Is(200).Has("accepted", 1)
            .HasNoHeader("Idempotency-Replayed");
        await license.Manage("/features", new { feature_code = broken, limit = 100 }).Is(201);

        var again = await Meter.Post("/api/v1/dead-letters/retry", kind, key).Is(200).HasHeader("Idempotency-Replayed", "true");

        Assert.Equal(first.Text, again.Text);
        Assert.Single(again.List("refused"));
        await license.Check(feature: broken).Has("used", 0);
        await Meter.Post("/api/v1/dead-letters/retry", other, key).Refuses(422, "idempotency_key_reused");
        await Meter.Post("/api/v1/dead-letters/retry", kind, Meter.Unique("key")).Is(200).Has("accepted", 1);
        await license.Check(feature: broken).Has("used", 4);
    }

    // Asks twice with one key, and a delivery is made once.
    private async Task<(string Key, string Delivery)> Once(string path)
    {
        var key = Meter.Unique("key");
        var first = await Meter.Post(path, null, key).Is(202).HasNoHeader("Idempotency-Replayed");
        await Meter.Post(path, null, key).Is(202).HasHeader("Idempotency-Replayed", "true").Has("id", first.String("id"))
            .Has("message_id", first.String("message_id")).Has("created_at", first.String("created_at"))
            .Has("status", first.String("status"));
        return (key, first.String("id"));
    }

    private async Task<string> Letter(License license, string feature)
    {
        var refused = await Meter.Post("/api/events", new[] { Event(license, feature) }).Is(202).Has("accepted", 0);
        return refused.String("rejected.0.dead_letter_id");
    }

    private static object Event(License license, string metric) =>
        new { tenant_id = license.Tenant, metric, quantity = 4, event_id = Meter.Unique("evt") };
}
