using System.Globalization;
using System.Security.Cryptography;
using Metering.Conformance.Client;

namespace Metering.Conformance.Webhooks;

[Rule(11)]
public sealed class DeliveryTests : ContractTest
{
    [WebhookFact]
    public async Task A_test_message_arrives_signed()
    {
        await using var receiver = await Receiver.StartAsync();
        var (path, secret) = await Hook(receiver, "webhook_disabled");
        try
        {
            await Meter.Post(path + "/test").Is(202);

            var message = await receiver.Next(message => message.Type == "test");
            Assert.True(message.IsSignedWith(secret), message.Signature);
            Assert.False((message with { Body = message.Body + " " }).IsSignedWith(secret));
            Assert.NotEmpty(message.Id);
            Assert.True(long.Parse(message.Timestamp, CultureInfo.InvariantCulture) > 0);
        }
        finally
        {
            await Meter.Delete(path).Is(204);
        }
    }

    [WebhookFact]
    public async Task Crossed_levels_arrive_once_each_and_in_order()
    {
        await using var receiver = await Receiver.StartAsync();
        var (path, secret) = await Hook(receiver, "level_changed", "overage");
        try
        {
            var license = await Meter.License(new
            {
                limit = 100,
                tiers = new object[]
                {
                    new { from = "80%", level = "warning", policy = "notify_only" },
                    new { from = "90%", level = "critical", policy = "notify_only" },
                    new { from = "100%", level = "over_usage", policy = "allow_with_overage" },
                },
            });
            foreach (var amount in new[] { 81, 1, 9, 1, 9 })
            {
                await license.Consume(amount).Is(200);
            }

            var messages = new List<Message>();
            for (var i = 0; i < 4; i++)
            {
                messages.Add(await receiver.Next(message => message.IsAbout(license.Id)));
            }

            Assert.All(messages, message => Assert.True(message.IsSignedWith(secret)));
            Assert.Equal(4, messages.Select(message => message.Id).Distinct().Count());
            Assert.Equal(["level_changed", "level_changed"], messages.Take(2).Select(message => message.Type));
            Assert.Equal(["level_changed", "overage"], messages.Skip(2).Select(message => message.Type).Order());
            Assert.Contains("warning", messages[0].Body, StringComparison.Ordinal);
            Assert.Contains("critical", messages[1].Body, StringComparison.Ordinal);
            Assert.Contains("over_usage", messages.Last(message => message.Type == "level_changed").Body, StringComparison.Ordinal);
        }
        finally
        {
            await Meter.Delete(path).Is(204);
        }
    }

    [WebhookFact]
    public async Task A_webhook_gets_only_the_events_that_it_wants()
    {
        await using var receiver = await Receiver.StartAsync();
        var (path, _) = await Hook(receiver, "usage_suspended");
        try
        {
            var license = await Meter.License(new
            {
                limit = 100,
                tiers = new object[]
                {
                    new { from = 50, level = "warning", policy = "notify_only" },
                    new { from = 100, level = "over_usage", policy = "suspend_usage" },
                },
            });
            await license.Consume(60).Is(200);
            await license.Consume(60).Refuses(403, "usage_suspended");

            Assert.Equal("usage_suspended", (await receiver.Next(message => message.IsAbout(license.Id))).Type);
        }
        finally
        {
            await Meter.Delete(path).Is(204);
        }
    }

    [WebhookFact]
    public async Task After_a_change_of_secret_both_sign_for_a_while()
    {
        await using var receiver = await Receiver.StartAsync();
        var (path, old) = await Hook(receiver, "webhook_disabled");
        try
        {
            var secret = "whsec_" + Convert.ToBase64String(RandomNumberGenerator.GetBytes(32));
            await Meter.Patch(path, new { secret }).Is(200);
            await Meter.Post(path + "/test").Is(202);

            var message = await receiver.Next(message => message.Type == "test");
            Assert.True(message.IsSignedWith(secret));
            Assert.True(message.IsSignedWith(old));
        }
        finally
        {
            await Meter.Delete(path).Is(204);
        }
    }

    [WebhookFact]
    public async Task Deliveries_are_listed_and_delivered_again_with_the_same_id()
    {
        await using var receiver = await Receiver.StartAsync();
        var (path, secret) = await Hook(receiver, "webhook_disabled");
        try
        {
            var delivery = await Meter.Post(path + "/test").Is(202);
            var first = await receiver.Next(message => message.Type == "test");

            await Meter.Post($"{path}/deliveries/{delivery.String("id")}/redeliver").Is(202);
            var again = await receiver.Next(message => message.Type == "test");

            Assert.Equal(first.Id, again.Id);
            Assert.Equal(first.Body, again.Body);
            Assert.True(again.IsSignedWith(secret));
            Assert.Equal(2, (await Meter.Get(path + "/deliveries").Is(200)).Items.Count);
            await Meter.Post(path + "/deliveries/no-such-delivery/redeliver").RefusesSomehow().Is(404);
        }
        finally
        {
            await Meter.Delete(path).Is(204);
        }
    }

    [WebhookFact]
    public async Task A_receiver_that_fails_holds_up_no_other_and_is_tried_again()
    {
        await using var failing = await Receiver.StartAsync(status: 500);
        await using var receiver = await Receiver.StartAsync();
        var (bad, _) = await Hook(failing, "level_changed");
        var (good, _) = await Hook(receiver, "level_changed");
        try
        {
            var license = await Meter.License(
                new { limit = 10, tiers = new[] { new { from = 5, level = "warning", policy = "notify_only" } } });
            await license.Consume(6).Is(200);

            var lost = await failing.Next(message => message.IsAbout(license.Id));
            var got = await receiver.Next(message => message.IsAbout(license.Id));
            Assert.Equal(lost.Id, got.Id);
            Assert.Equal(lost.Id, (await failing.Next(message => message.IsAbout(license.Id))).Id);
        }
        finally
        {
            await Meter.Delete(bad).Is(204);
            await Meter.Delete(good).Is(204);
        }
    }

    private async Task<(string Path, string Secret)> Hook(Receiver receiver, params string[] events)
    {
        var made = await Meter.Post("/api/v1/webhooks", new { url = receiver.Url, events }).Is(201);
        return ("/api/v1/webhooks/" + made.String("id"), made.String("secret"));
    }
}
