using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;

namespace MeterFunctions.Http;

/// <summary>Features and plans.</summary>
public sealed class CatalogFunctions(ApiAnswers api)
{
    /// <summary>The catalog as the document that, put back, changes nothing.</summary>
    [Function(nameof(GetCatalog))]
    public Task GetCatalog(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", "head", Route = "api/v1/catalog")] HttpRequest request,
        [DurableClient] DurableTaskClient client) => api.AnswerAsync(nameof(GetCatalog), request, client);

    /// <summary>
    /// Puts features and plans in force. What the document does not name stays as it is; a plan that differs gets a new version.
    /// </summary>
    [Function(nameof(PutCatalog))]
    public Task PutCatalog(
        [HttpTrigger(AuthorizationLevel.Anonymous, "put", Route = "api/v1/catalog")] HttpRequest request,
        [DurableClient] DurableTaskClient client) => api.AnswerAsync(nameof(PutCatalog), request, client);

    /// <summary>Answers with what plans may include.</summary>
    [Function(nameof(ListFeatures))]
    public Task ListFeatures(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", "head", Route = "api/v1/features")] HttpRequest request,
        [DurableClient] DurableTaskClient client) => api.AnswerAsync(nameof(ListFeatures), request, client);

    /// <summary>Publishes a feature.</summary>
    [Function(nameof(PostFeature))]
    public Task PostFeature(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "api/v1/features")] HttpRequest request,
        [DurableClient] DurableTaskClient client) => api.AnswerAsync(nameof(PostFeature), request, client);

    /// <summary>A feature, by code or id.</summary>
    [Function(nameof(GetFeature))]
    public Task GetFeature(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", "head", Route = "api/v1/features/{code}")] HttpRequest request,
        [DurableClient] DurableTaskClient client) => api.AnswerAsync(nameof(GetFeature), request, client);

    /// <summary>The latest version of each plan.</summary>
    [Function(nameof(ListPlans))]
    public Task ListPlans(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", "head", Route = "api/v1/plans")] HttpRequest request,
        [DurableClient] DurableTaskClient client) => api.AnswerAsync(nameof(ListPlans), request, client);

    /// <summary>Publishes a plan, or a new version of it.</summary>
    [Function(nameof(PostPlan))]
    public Task PostPlan(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "api/v1/plans")] HttpRequest request,
        [DurableClient] DurableTaskClient client) => api.AnswerAsync(nameof(PostPlan), request, client);

    /// <summary>A plan's latest version.</summary>
    [Function(nameof(GetPlan))]
    public Task GetPlan(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", "head", Route = "api/v1/plans/{id}")] HttpRequest request,
        [DurableClient] DurableTaskClient client) => api.AnswerAsync(nameof(GetPlan), request, client);

    /// <summary>A plan's versions, oldest first.</summary>
    [Function(nameof(ListPlanVersions))]
    public Task ListPlanVersions(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", "head", Route = "api/v1/plans/{id}/versions")] HttpRequest request,
        [DurableClient] DurableTaskClient client) => api.AnswerAsync(nameof(ListPlanVersions), request, client);

    /// <summary>Moves the licenses of a plan to another version of it, in the background.</summary>
    [Function(nameof(MigratePlan))]
    public Task MigratePlan(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "api/v1/plans/{id}/migrate")] HttpRequest request,
        [DurableClient] DurableTaskClient client) => api.AnswerAsync(nameof(MigratePlan), request, client);

    /// <summary>How far a migration has come.</summary>
    [Function(nameof(GetMigration))]
    public Task GetMigration(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", "head", Route = "api/v1/plans/{id}/migrations/{migration}")] HttpRequest request,
        [DurableClient] DurableTaskClient client) => api.AnswerAsync(nameof(GetMigration), request, client);
}
