using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;

namespace MeterFunctions.Http;

/// <summary>Usage events, and what could not be counted of them.</summary>
public sealed class EventFunctions(ApiAnswers api)
{
    /// <summary>
    /// Takes usage events in: one, an array, NDJSON, or CloudEvents 1.0. Good events of a batch count even when others are bad.
    /// </summary>
    [Function(nameof(PostEvents))]
    public Task PostEvents(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "api/events")] HttpRequest request,
        [DurableClient] DurableTaskClient client) => api.AnswerAsync(nameof(PostEvents), request, client);

    /// <summary>
    /// Takes usage events in: one, an array, NDJSON, or CloudEvents 1.0. Good events of a batch count even when others are bad.
    /// </summary>
    [Function(nameof(PostEventsV1))]
    public Task PostEventsV1(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "api/v1/events")] HttpRequest request,
        [DurableClient] DurableTaskClient client) => api.AnswerAsync(nameof(PostEventsV1), request, client);

    /// <summary>The live tail of the instance that answers.</summary>
    [Function(nameof(RecentEvents))]
    public Task RecentEvents(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", "head", Route = "api/v1/events/recent")] HttpRequest request,
        [DurableClient] DurableTaskClient client) => api.AnswerAsync(nameof(RecentEvents), request, client);

    /// <summary>Events that could not be counted, oldest first.</summary>
    [Function(nameof(ListDeadLetters))]
    public Task ListDeadLetters(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", "head", Route = "api/v1/dead-letters")] HttpRequest request,
        [DurableClient] DurableTaskClient client) => api.AnswerAsync(nameof(ListDeadLetters), request, client);

    /// <summary>Tries to count a dead letter's event again; where it still can't be counted, the letter stays.</summary>
    [Function(nameof(RetryDeadLetter))]
    public Task RetryDeadLetter(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "api/v1/dead-letters/{id}/retry")] HttpRequest request,
        [DurableClient] DurableTaskClient client) => api.AnswerAsync(nameof(RetryDeadLetter), request, client);

    /// <summary>Takes a dead letter away without counting its event.</summary>
    [Function(nameof(DeleteDeadLetter))]
    public Task DeleteDeadLetter(
        [HttpTrigger(AuthorizationLevel.Anonymous, "delete", Route = "api/v1/dead-letters/{id}")] HttpRequest request,
        [DurableClient] DurableTaskClient client) => api.AnswerAsync(nameof(DeleteDeadLetter), request, client);

    /// <summary>Tries to count the events of all dead letters of a kind again.</summary>
    [Function(nameof(RetryDeadLetters))]
    public Task RetryDeadLetters(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "api/v1/dead-letters/retry")] HttpRequest request,
        [DurableClient] DurableTaskClient client) => api.AnswerAsync(nameof(RetryDeadLetters), request, client);
}
