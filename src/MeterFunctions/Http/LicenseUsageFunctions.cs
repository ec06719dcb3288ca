using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;

namespace MeterFunctions.Http;

/// <summary>Usage, grants and balances of a license.</summary>
public sealed class LicenseUsageFunctions(ApiAnswers api)
{
    /// <summary>How every feature and balance of a license stands.</summary>
    [Function(nameof(GetLicenseUsage))]
    public Task GetLicenseUsage(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", "head", Route = "api/v1/licenses/{id}/usage")] HttpRequest request,
        [DurableClient] DurableTaskClient client) => api.AnswerAsync(nameof(GetLicenseUsage), request, client);

    /// <summary>Starts the period anew; or, with top_up, adds to the allowance.</summary>
    [Function(nameof(ResetUsage))]
    public Task ResetUsage(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "api/v1/licenses/{id}/usage/reset")] HttpRequest request,
        [DurableClient] DurableTaskClient client) => api.AnswerAsync(nameof(ResetUsage), request, client);

    /// <summary>Takes use away, as a correction.</summary>
    [Function(nameof(DecrementUsage))]
    public Task DecrementUsage(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "api/v1/licenses/{id}/usage/decrement")] HttpRequest request,
        [DurableClient] DurableTaskClient client) => api.AnswerAsync(nameof(DecrementUsage), request, client);

    /// <summary>Lifts the suspension that a tier's policy put on use.</summary>
    [Function(nameof(ResumeUsage))]
    public Task ResumeUsage(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "api/v1/licenses/{id}/usage/resume")] HttpRequest request,
        [DurableClient] DurableTaskClient client) => api.AnswerAsync(nameof(ResumeUsage), request, client);

    /// <summary>Gives extra allowance.</summary>
    [Function(nameof(AddGrant))]
    public Task AddGrant(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "api/v1/licenses/{id}/grants")] HttpRequest request,
        [DurableClient] DurableTaskClient client) => api.AnswerAsync(nameof(AddGrant), request, client);

    /// <summary>Grants: amount, used, left, and why each ended.</summary>
    [Function(nameof(ListGrants))]
    public Task ListGrants(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", "head", Route = "api/v1/licenses/{id}/grants")] HttpRequest request,
        [DurableClient] DurableTaskClient client) => api.AnswerAsync(nameof(ListGrants), request, client);

    /// <summary>Takes back what is left of a grant.</summary>
    [Function(nameof(VoidGrant))]
    public Task VoidGrant(
        [HttpTrigger(AuthorizationLevel.Anonymous, "delete", Route = "api/v1/licenses/{id}/grants/{grant}")] HttpRequest request,
        [DurableClient] DurableTaskClient client) => api.AnswerAsync(nameof(VoidGrant), request, client);

    /// <summary>Opens a credit account in a unit that the license has none in yet.</summary>
    [Function(nameof(OpenBalance))]
    public Task OpenBalance(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "api/v1/licenses/{id}/balances")] HttpRequest request,
        [DurableClient] DurableTaskClient client) => api.AnswerAsync(nameof(OpenBalance), request, client);

    /// <summary>Answers with what reservations and leases set aside.</summary>
    [Function(nameof(ListHolds))]
    public Task ListHolds(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", "head", Route = "api/v1/licenses/{id}/holds")] HttpRequest request,
        [DurableClient] DurableTaskClient client) => api.AnswerAsync(nameof(ListHolds), request, client);

    /// <summary>Answers with the machines on the license, by fingerprint.</summary>
    [Function(nameof(ListMachines))]
    public Task ListMachines(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", "head", Route = "api/v1/licenses/{id}/machines")] HttpRequest request,
        [DurableClient] DurableTaskClient client) => api.AnswerAsync(nameof(ListMachines), request, client);

    /// <summary>Answers with the credit that is there and the part that holds set aside.</summary>
    [Function(nameof(ListBalances))]
    public Task ListBalances(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", "head", Route = "api/v1/licenses/{id}/balances")] HttpRequest request,
        [DurableClient] DurableTaskClient client) => api.AnswerAsync(nameof(ListBalances), request, client);

    /// <summary>Changes whether a balance may fall below zero, and when <c>balance_low</c> is signalled.</summary>
    [Function(nameof(ChangeBalance))]
    public Task ChangeBalance(
        [HttpTrigger(AuthorizationLevel.Anonymous, "patch", Route = "api/v1/licenses/{id}/balances/{unit}")] HttpRequest request,
        [DurableClient] DurableTaskClient client) => api.AnswerAsync(nameof(ChangeBalance), request, client);

    /// <summary>Puts credit in.</summary>
    [Function(nameof(TopUpBalance))]
    public Task TopUpBalance(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "api/v1/licenses/{id}/balances/{unit}/top-up")] HttpRequest request,
        [DurableClient] DurableTaskClient client) => api.AnswerAsync(nameof(TopUpBalance), request, client);

    /// <summary>Takes credit out; no more than is available.</summary>
    [Function(nameof(WithdrawFromBalance))]
    public Task WithdrawFromBalance(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "api/v1/licenses/{id}/balances/{unit}/withdraw")] HttpRequest request,
        [DurableClient] DurableTaskClient client) => api.AnswerAsync(nameof(WithdrawFromBalance), request, client);

    /// <summary>Refuses priced use until resumed.</summary>
    [Function(nameof(SuspendBalance))]
    public Task SuspendBalance(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "api/v1/licenses/{id}/balances/{unit}/suspend")] HttpRequest request,
        [DurableClient] DurableTaskClient client) => api.AnswerAsync(nameof(SuspendBalance), request, client);

    /// <summary>Allows priced use again.</summary>
    [Function(nameof(ResumeBalance))]
    public Task ResumeBalance(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "api/v1/licenses/{id}/balances/{unit}/resume")] HttpRequest request,
        [DurableClient] DurableTaskClient client) => api.AnswerAsync(nameof(ResumeBalance), request, client);
}
