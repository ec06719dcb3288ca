using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;

namespace MeterFunctions.Http;

/// <summary>How a tenant's quotas stand.</summary>
public sealed class QuotaFunctions(ApiAnswers api)
{
    /// <summary>How the quota of a tenant's metric stands.</summary>
    [Function(nameof(GetQuota))]
    public Task GetQuota(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", "head", Route = "api/quota/{tenant}/{metric}")] HttpRequest request,
        [DurableClient] DurableTaskClient client) => api.AnswerAsync(nameof(GetQuota), request, client);

    /// <summary>The same, under the versioned path.</summary>
    [Function(nameof(GetQuotaV1))]
    public Task GetQuotaV1(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", "head", Route = "api/v1/quota/{tenant}/{metric}")] HttpRequest request,
        [DurableClient] DurableTaskClient client) => api.AnswerAsync(nameof(GetQuotaV1), request, client);
}
