namespace Metering.Client.Admin;

/// <summary>Who is told of signals, and what became of each message.</summary>
public sealed class WebhooksAdmin
{
    private readonly AdminHttp _http;

    internal WebhooksAdmin(AdminHttp http) => _http = http;

    /// <summary>Makes one. The answer has the secret that signs, which is shown this once.</summary>
    public Task<Webhook> CreateAsync(
        WebhookChange webhook, string? idempotencyKey = null, CancellationToken cancellationToken = default) =>
        _http.ChangeAsync(
            AdminPath.Of("webhooks"), webhook, AdminJson.Default.WebhookChange, AdminJson.Default.Webhook,
            idempotencyKey, cancellationToken);

    /// <summary>All of them.</summary>
    public IAsyncEnumerable<Webhook> ListAsync(CancellationToken cancellationToken = default) =>
        _http.ListWholeAsync(AdminPath.Of("webhooks"), AdminJson.Default.WebhookPart, cancellationToken);

    /// <summary>One of them.</summary>
    public Task<Webhook> GetAsync(string id, CancellationToken cancellationToken = default) =>
        _http.GetAsync(AdminPath.Of("webhooks", id), AdminJson.Default.Webhook, cancellationToken);

    /// <summary>Changes one, stops or restarts its deliveries, or gives it a new secret.</summary>
    public Task<Webhook> ChangeAsync(
        string id, WebhookChange change, string? idempotencyKey = null, CancellationToken cancellationToken = default) =>
        _http.ChangeAsync(
            HttpMethod.Patch, AdminPath.Of("webhooks", id), change, AdminJson.Default.WebhookChange, AdminJson.Default.Webhook,
            idempotencyKey, cancellationToken);

    /// <summary>Removes one; what waits for it is not delivered.</summary>
    public Task DeleteAsync(string id, CancellationToken cancellationToken = default) =>
        _http.DeleteAsync(AdminPath.Of("webhooks", id), cancellationToken);

    /// <summary>What was sent to it and what came of it, the newest first.</summary>
    public IAsyncEnumerable<Delivery> ListDeliveriesAsync(string id, CancellationToken cancellationToken = default) =>
        _http.ListAsync(AdminPath.Of("webhooks", id, "deliveries"), AdminJson.Default.DeliveryPart, cancellationToken);

    /// <summary>Sends the webhook a test message.</summary>
    /// <param name="id">The webhook.</param>
    /// <param name="idempotencyKey">What makes a repeat of the call the same call; null: the client makes one.</param>
    /// <param name="cancellationToken">Stops waiting for it.</param>
    public Task<Delivery> TestAsync(string id, string? idempotencyKey = null, CancellationToken cancellationToken = default) =>
        _http.ChangeAsync(AdminPath.Of("webhooks", id, "test"), AdminJson.Default.Delivery, idempotencyKey, cancellationToken);

    /// <summary>Sends a message once more. The receiver knows it by its id.</summary>
    /// <param name="id">The webhook.</param>
    /// <param name="deliveryId">The delivery whose message is sent.</param>
    /// <param name="idempotencyKey">What makes a repeat of the call the same call; null: the client makes one.</param>
    /// <param name="cancellationToken">Stops waiting for it.</param>
    public Task<Delivery> RedeliverAsync(
        string id, string deliveryId, string? idempotencyKey = null, CancellationToken cancellationToken = default) =>
        _http.ChangeAsync(
            AdminPath.Of("webhooks", id, "deliveries", deliveryId, "redeliver"), AdminJson.Default.Delivery,
            idempotencyKey, cancellationToken);
}
