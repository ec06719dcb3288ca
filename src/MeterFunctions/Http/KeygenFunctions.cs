using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;

namespace MeterFunctions.Http;

/// <summary>Keygen's forms of changing usage.</summary>
public sealed class KeygenFunctions(ApiAnswers api)
{
    /// <summary>Consumes. The license is named by id or key; the limit reached is 422 with LICENSE_USAGE_LIMIT_EXCEEDED.</summary>
    [Function(nameof(IncrementUsage))]
    public Task IncrementUsage(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "api/v1/licenses/{id}/actions/increment-usage")] HttpRequest request,
        [DurableClient] DurableTaskClient client) => api.AnswerAsync(nameof(IncrementUsage), request, client);

    /// <summary>Takes use away.</summary>
    [Function(nameof(DecrementUsageAction))]
    public Task DecrementUsageAction(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "api/v1/licenses/{id}/actions/decrement-usage")] HttpRequest request,
        [DurableClient] DurableTaskClient client) => api.AnswerAsync(nameof(DecrementUsageAction), request, client);

    /// <summary>Starts the period anew.</summary>
    [Function(nameof(ResetUsageAction))]
    public Task ResetUsageAction(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "api/v1/licenses/{id}/actions/reset-usage")] HttpRequest request,
        [DurableClient] DurableTaskClient client) => api.AnswerAsync(nameof(ResetUsageAction), request, client);
}
