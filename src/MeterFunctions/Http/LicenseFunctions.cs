using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;

namespace MeterFunctions.Http;

/// <summary>Licenses, and what is assigned to them.</summary>
public sealed class LicenseFunctions(ApiAnswers api)
{
    /// <summary>Makes a license and shows its key, once.</summary>
    [Function(nameof(CreateLicense))]
    public Task CreateLicense(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "api/v1/licenses")] HttpRequest request,
        [DurableClient] DurableTaskClient client) => api.AnswerAsync(nameof(CreateLicense), request, client);

    /// <summary>Licenses, of one tenant or of all.</summary>
    [Function(nameof(ListLicenses))]
    public Task ListLicenses(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", "head", Route = "api/v1/licenses")] HttpRequest request,
        [DurableClient] DurableTaskClient client) => api.AnswerAsync(nameof(ListLicenses), request, client);

    /// <summary>Answers with one license, its plans and how it stands; never with its key.</summary>
    [Function(nameof(GetLicense))]
    public Task GetLicense(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", "head", Route = "api/v1/licenses/{id}")] HttpRequest request,
        [DurableClient] DurableTaskClient client) => api.AnswerAsync(nameof(GetLicense), request, client);

    /// <summary>Changes plan, expiry or metadata. What was counted stays.</summary>
    [Function(nameof(PatchLicense))]
    public Task PatchLicense(
        [HttpTrigger(AuthorizationLevel.Anonymous, "patch", Route = "api/v1/licenses/{id}")] HttpRequest request,
        [DurableClient] DurableTaskClient client) => api.AnswerAsync(nameof(PatchLicense), request, client);

    /// <summary>Refuses all use from now on; what was counted stays.</summary>
    [Function(nameof(SuspendLicense))]
    public Task SuspendLicense(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "api/v1/licenses/{id}/suspend")] HttpRequest request,
        [DurableClient] DurableTaskClient client) => api.AnswerAsync(nameof(SuspendLicense), request, client);

    /// <summary>Lets a suspended license be used again.</summary>
    [Function(nameof(ResumeLicense))]
    public Task ResumeLicense(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "api/v1/licenses/{id}/resume")] HttpRequest request,
        [DurableClient] DurableTaskClient client) => api.AnswerAsync(nameof(ResumeLicense), request, client);

    /// <summary>Gives a license a new key, and shows it once.</summary>
    [Function(nameof(RotateLicenseKey))]
    public Task RotateLicenseKey(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "api/v1/licenses/{id}/rotate-key")] HttpRequest request,
        [DurableClient] DurableTaskClient client) => api.AnswerAsync(nameof(RotateLicenseKey), request, client);

    /// <summary>Makes a token with which a customer may see how a license stands.</summary>
    [Function(nameof(CreateViewToken))]
    public Task CreateViewToken(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "api/v1/licenses/{id}/view-tokens")] HttpRequest request,
        [DurableClient] DurableTaskClient client) => api.AnswerAsync(nameof(CreateViewToken), request, client);

    /// <summary>Deletes a license. Its evidence stays.</summary>
    [Function(nameof(DeleteLicense))]
    public Task DeleteLicense(
        [HttpTrigger(AuthorizationLevel.Anonymous, "delete", Route = "api/v1/licenses/{id}")] HttpRequest request,
        [DurableClient] DurableTaskClient client) => api.AnswerAsync(nameof(DeleteLicense), request, client);

    /// <summary>Assigns a feature to a license; its terms win over a plan's.</summary>
    [Function(nameof(AssignFeature))]
    public Task AssignFeature(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "api/v1/licenses/{id}/features")] HttpRequest request,
        [DurableClient] DurableTaskClient client) => api.AnswerAsync(nameof(AssignFeature), request, client);

    /// <summary>The features that a license has.</summary>
    [Function(nameof(ListLicenseFeatures))]
    public Task ListLicenseFeatures(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", "head", Route = "api/v1/licenses/{id}/features")] HttpRequest request,
        [DurableClient] DurableTaskClient client) => api.AnswerAsync(nameof(ListLicenseFeatures), request, client);

    /// <summary>Takes an assignment away; a plan's terms take over.</summary>
    [Function(nameof(UnassignFeature))]
    public Task UnassignFeature(
        [HttpTrigger(AuthorizationLevel.Anonymous, "delete", Route = "api/v1/licenses/{id}/features/{code}")] HttpRequest request,
        [DurableClient] DurableTaskClient client) => api.AnswerAsync(nameof(UnassignFeature), request, client);
}
