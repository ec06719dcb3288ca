using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;

namespace MeterFunctions.Http;

/// <summary>What customers used.</summary>
public sealed class ReportFunctions(ApiAnswers api)
{
    /// <summary>Tells what a tenant used of a metric.</summary>
    [Function(nameof(GetUsage))]
    public Task GetUsage(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", "head", Route = "api/usage/{tenant}/{metric}")] HttpRequest request,
        [DurableClient] DurableTaskClient client) => api.AnswerAsync(nameof(GetUsage), request, client);

    /// <summary>The same, under the versioned path.</summary>
    [Function(nameof(GetUsageV1))]
    public Task GetUsageV1(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", "head", Route = "api/v1/usage/{tenant}/{metric}")] HttpRequest request,
        [DurableClient] DurableTaskClient client) => api.AnswerAsync(nameof(GetUsageV1), request, client);

    /// <summary>Tells who used most of a tenant's metric.</summary>
    [Function(nameof(GetTopUsers))]
    public Task GetTopUsers(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", "head", Route = "api/usage/{tenant}/{metric}/top-users")] HttpRequest request,
        [DurableClient] DurableTaskClient client) => api.AnswerAsync(nameof(GetTopUsers), request, client);

    /// <summary>The same, under the versioned path.</summary>
    [Function(nameof(GetTopUsersV1))]
    public Task GetTopUsersV1(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", "head", Route = "api/v1/usage/{tenant}/{metric}/top-users")] HttpRequest request,
        [DurableClient] DurableTaskClient client) => api.AnswerAsync(nameof(GetTopUsersV1), request, client);

    /// <summary>Tells what a tenant's bill is made of.</summary>
    [Function(nameof(PostBillingReport))]
    public Task PostBillingReport(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "api/billing-report")] HttpRequest request,
        [DurableClient] DurableTaskClient client) => api.AnswerAsync(nameof(PostBillingReport), request, client);

    /// <summary>The same, under the versioned path.</summary>
    [Function(nameof(PostBillingReportV1))]
    public Task PostBillingReportV1(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "api/v1/billing-report")] HttpRequest request,
        [DurableClient] DurableTaskClient client) => api.AnswerAsync(nameof(PostBillingReportV1), request, client);

    /// <summary>Tells what a license was given, used and has left.</summary>
    [Function(nameof(GetStatement))]
    public Task GetStatement(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", "head", Route = "api/v1/licenses/{id}/statement")] HttpRequest request,
        [DurableClient] DurableTaskClient client) => api.AnswerAsync(nameof(GetStatement), request, client);
}
