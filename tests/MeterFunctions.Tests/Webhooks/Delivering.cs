using MeterFunctions.Tests.Hosting;
using MeterFunctions.Webhooks;
using Metering;
using Metering.Api;

namespace MeterFunctions.Tests.Webhooks;

/// <summary>What tests of deliveries do to the app.</summary>
internal static class Delivering
{
    /// <summary>Adds a webhook.</summary>
    public static async Task<Webhook> HookAsync(this App app, string id, string url)
    {
        var webhook = new Webhook
        {
            Id = id,
            Url = url,
            Secrets = [new WebhookSecret(WebhookSignature.NewSecret(), null)],
            CreatedAt = App.Start,
        };
        await app.Get<IWebhooks>().AddAsync(webhook, default);
        return webhook;
    }

    /// <summary>Puts a delivery into its queue, and makes one attempt; says how it stands then.</summary>
    public static async Task<Delivery> SendAsync(this App app, Delivery delivery)
    {
        await app.Get<TableDeliveries>().AddAsync(delivery, DeliveryKey.PlaceOf(delivery), default);
        await app.AttemptAsync(delivery);
        return await app.FindAsync(delivery) ?? delivery.GiveUp("gone");
    }

    /// <summary>Makes one attempt of the queue in which a delivery is.</summary>
    public static Task<QueueStep> AttemptAsync(this App app, Delivery delivery) =>
        new DeliveryOrchestration(app.Services).SendAsync(new QueueWork(delivery.WebhookId, delivery.LicenseId), app.Hub, default);

    /// <summary>How a delivery stands; null when it is not there.</summary>
    public static ValueTask<Delivery?> FindAsync(this App app, Delivery delivery) =>
        app.Get<IWebhooks>().FindDeliveryAsync(delivery.WebhookId, delivery.Id, default);
}
