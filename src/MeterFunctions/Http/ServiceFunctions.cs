using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;

namespace MeterFunctions.Http;

/// <summary>What operators and tools ask of the service itself.</summary>
public sealed class ServiceFunctions(ApiAnswers api)
{
    /// <summary>Whether the process lives.</summary>
    [Function(nameof(Live))]
    public Task Live(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", "head", Route = "health/live")] HttpRequest request,
        [DurableClient] DurableTaskClient client) => api.AnswerAsync(nameof(Live), request, client);

    /// <summary>Whether the service can serve.</summary>
    [Function(nameof(Ready))]
    public Task Ready(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", "head", Route = "health/ready")] HttpRequest request,
        [DurableClient] DurableTaskClient client) => api.AnswerAsync(nameof(Ready), request, client);

    /// <summary>How the whole service stands, on one page.</summary>
    [Function(nameof(Overview))]
    public Task Overview(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", "head", Route = "api/v1/overview")] HttpRequest request,
        [DurableClient] DurableTaskClient client) => api.AnswerAsync(nameof(Overview), request, client);

    /// <summary>This document.</summary>
    [Function(nameof(OpenApi))]
    public Task OpenApi(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", "head", Route = "openapi/v1.json")] HttpRequest request,
        [DurableClient] DurableTaskClient client) => api.AnswerAsync(nameof(OpenApi), request, client);

    /// <summary>The public keys of lease tokens.</summary>
    [Function(nameof(LeaseKeys))]
    public Task LeaseKeys(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", "head", Route = ".well-known/jwks.json")] HttpRequest request,
        [DurableClient] DurableTaskClient client) => api.AnswerAsync(nameof(LeaseKeys), request, client);

    /// <summary>The test clock's time; 404 when it is not on.</summary>
    [Function(nameof(GetTestClock))]
    public Task GetTestClock(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", "head", Route = "api/v1/test-clock")] HttpRequest request,
        [DurableClient] DurableTaskClient client) => api.AnswerAsync(nameof(GetTestClock), request, client);

    /// <summary>Sets the test clock, or moves it on.</summary>
    [Function(nameof(PutTestClock))]
    public Task PutTestClock(
        [HttpTrigger(AuthorizationLevel.Anonymous, "put", Route = "api/v1/test-clock")] HttpRequest request,
        [DurableClient] DurableTaskClient client) => api.AnswerAsync(nameof(PutTestClock), request, client);
}
