using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;

namespace MeterFunctions.Http;

/// <summary>Webhooks and their deliveries.</summary>
public sealed class WebhookFunctions(ApiAnswers api)
{
    /// <summary>Makes a webhook. Its secret is in this answer and in no other.</summary>
    [Function(nameof(CreateWebhook))]
    public Task CreateWebhook(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "api/v1/webhooks")] HttpRequest request,
        [DurableClient] DurableTaskClient client) => api.AnswerAsync(nameof(CreateWebhook), request, client);

    /// <summary>Answers with every receiver, without its secret.</summary>
    [Function(nameof(ListWebhooks))]
    public Task ListWebhooks(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", "head", Route = "api/v1/webhooks")] HttpRequest request,
        [DurableClient] DurableTaskClient client) => api.AnswerAsync(nameof(ListWebhooks), request, client);

    /// <summary>Answers with one receiver, without its secret.</summary>
    [Function(nameof(GetWebhook))]
    public Task GetWebhook(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", "head", Route = "api/v1/webhooks/{id}")] HttpRequest request,
        [DurableClient] DurableTaskClient client) => api.AnswerAsync(nameof(GetWebhook), request, client);

    /// <summary>Changes a webhook. A new secret signs beside the old one for a while.</summary>
    [Function(nameof(ChangeWebhook))]
    public Task ChangeWebhook(
        [HttpTrigger(AuthorizationLevel.Anonymous, "patch", Route = "api/v1/webhooks/{id}")] HttpRequest request,
        [DurableClient] DurableTaskClient client) => api.AnswerAsync(nameof(ChangeWebhook), request, client);

    /// <summary>Forgets a webhook and its deliveries.</summary>
    [Function(nameof(DeleteWebhook))]
    public Task DeleteWebhook(
        [HttpTrigger(AuthorizationLevel.Anonymous, "delete", Route = "api/v1/webhooks/{id}")] HttpRequest request,
        [DurableClient] DurableTaskClient client) => api.AnswerAsync(nameof(DeleteWebhook), request, client);

    /// <summary>Lists a webhook's deliveries, newest first.</summary>
    [Function(nameof(ListDeliveries))]
    public Task ListDeliveries(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", "head", Route = "api/v1/webhooks/{id}/deliveries")] HttpRequest request,
        [DurableClient] DurableTaskClient client) => api.AnswerAsync(nameof(ListDeliveries), request, client);

    /// <summary>Sends the receiver a test message.</summary>
    [Function(nameof(TestWebhook))]
    public Task TestWebhook(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "api/v1/webhooks/{id}/test")] HttpRequest request,
        [DurableClient] DurableTaskClient client) => api.AnswerAsync(nameof(TestWebhook), request, client);

    /// <summary>Sends a message once more, with the same message id.</summary>
    [Function(nameof(Redeliver))]
    public Task Redeliver(
        [HttpTrigger(
            AuthorizationLevel.Anonymous, "post", Route = "api/v1/webhooks/{id}/deliveries/{delivery_id}/redeliver")] HttpRequest request,
        [DurableClient] DurableTaskClient client) => api.AnswerAsync(nameof(Redeliver), request, client);
}
