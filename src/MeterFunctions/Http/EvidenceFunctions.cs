using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;

namespace MeterFunctions.Http;

/// <summary>Ledger and rollups.</summary>
public sealed class EvidenceFunctions(ApiAnswers api)
{
    /// <summary>The license's ledger, in the order of its numbers.</summary>
    [Function(nameof(GetLedger))]
    public Task GetLedger(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", "head", Route = "api/v1/licenses/{id}/ledger")] HttpRequest request,
        [DurableClient] DurableTaskClient client) => api.AnswerAsync(nameof(GetLedger), request, client);

    /// <summary>The license's daily rollups, the open days included; the last 31 days where none are named.</summary>
    [Function(nameof(GetRollups))]
    public Task GetRollups(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", "head", Route = "api/v1/licenses/{id}/rollups")] HttpRequest request,
        [DurableClient] DurableTaskClient client) => api.AnswerAsync(nameof(GetRollups), request, client);
}
