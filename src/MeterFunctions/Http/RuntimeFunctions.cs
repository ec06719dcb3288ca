using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;

namespace MeterFunctions.Http;

/// <summary>What licensed software calls with its own license.</summary>
public sealed class RuntimeFunctions(ApiAnswers api)
{
    /// <summary>Enforces and counts, in one step.</summary>
    [Function(nameof(Consume))]
    public Task Consume(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "api/v1/license/consume")] HttpRequest request,
        [DurableClient] DurableTaskClient client) => api.AnswerAsync(nameof(Consume), request, client);

    /// <summary>Says what a consume would answer now, and counts nothing.</summary>
    [Function(nameof(Check))]
    public Task Check(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", "head", "post", Route = "api/v1/license/check")] HttpRequest request,
        [DurableClient] DurableTaskClient client) => api.AnswerAsync(nameof(Check), request, client);

    /// <summary>Counts use that has already happened; never refused for quota.</summary>
    [Function(nameof(Report))]
    public Task Report(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "api/v1/license/report")] HttpRequest request,
        [DurableClient] DurableTaskClient client) => api.AnswerAsync(nameof(Report), request, client);

    /// <summary>Says whether the license is valid, whatever its usage.</summary>
    [Function(nameof(Validate))]
    public Task Validate(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "api/v1/license/validate")] HttpRequest request,
        [DurableClient] DurableTaskClient client) => api.AnswerAsync(nameof(Validate), request, client);

    /// <summary>Says how every feature and balance of the license stands.</summary>
    [Function(nameof(OwnUsage))]
    public Task OwnUsage(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", "head", Route = "api/v1/license/usage")] HttpRequest request,
        [DurableClient] DurableTaskClient client) => api.AnswerAsync(nameof(OwnUsage), request, client);

    /// <summary>Sets a part of the allowance aside, to be settled once.</summary>
    [Function(nameof(Reserve))]
    public Task Reserve(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "api/v1/license/reservations")] HttpRequest request,
        [DurableClient] DurableTaskClient client) => api.AnswerAsync(nameof(Reserve), request, client);

    /// <summary>Settles a reservation with the true amount.</summary>
    [Function(nameof(CommitReservation))]
    public Task CommitReservation(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "api/v1/license/reservations/{id}/commit")] HttpRequest request,
        [DurableClient] DurableTaskClient client) => api.AnswerAsync(nameof(CommitReservation), request, client);

    /// <summary>Gives a reservation back.</summary>
    [Function(nameof(ReleaseReservation))]
    public Task ReleaseReservation(
        [HttpTrigger(AuthorizationLevel.Anonymous, "delete", Route = "api/v1/license/reservations/{id}")] HttpRequest request,
        [DurableClient] DurableTaskClient client) => api.AnswerAsync(nameof(ReleaseReservation), request, client);

    /// <summary>Sets a part of the allowance aside for a machine that meters on its own for a while.</summary>
    [Function(nameof(Lease))]
    public Task Lease(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "api/v1/license/leases")] HttpRequest request,
        [DurableClient] DurableTaskClient client) => api.AnswerAsync(nameof(Lease), request, client);

    /// <summary>Counts what was used of a lease, and closes it when asked.</summary>
    [Function(nameof(SyncLease))]
    public Task SyncLease(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "api/v1/license/leases/{id}/sync")] HttpRequest request,
        [DurableClient] DurableTaskClient client) => api.AnswerAsync(nameof(SyncLease), request, client);

    /// <summary>Registers a machine with its cores.</summary>
    [Function(nameof(PutMachine))]
    public Task PutMachine(
        [HttpTrigger(AuthorizationLevel.Anonymous, "put", Route = "api/v1/license/machines/{fingerprint}")] HttpRequest request,
        [DurableClient] DurableTaskClient client) => api.AnswerAsync(nameof(PutMachine), request, client);

    /// <summary>Forgets a machine.</summary>
    [Function(nameof(DeleteMachine))]
    public Task DeleteMachine(
        [HttpTrigger(AuthorizationLevel.Anonymous, "delete", Route = "api/v1/license/machines/{fingerprint}")] HttpRequest request,
        [DurableClient] DurableTaskClient client) => api.AnswerAsync(nameof(DeleteMachine), request, client);
}
