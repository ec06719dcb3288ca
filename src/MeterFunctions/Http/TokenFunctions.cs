using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;

namespace MeterFunctions.Http;

/// <summary>Tokens of producers and operators.</summary>
public sealed class TokenFunctions(ApiAnswers api)
{
    /// <summary>Makes a token.</summary>
    [Function(nameof(CreateToken))]
    public Task CreateToken(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "api/v1/tokens")] HttpRequest request,
        [DurableClient] DurableTaskClient client) => api.AnswerAsync(nameof(CreateToken), request, client);

    /// <summary>The tokens, by name and scopes; never the tokens themselves.</summary>
    [Function(nameof(ListTokens))]
    public Task ListTokens(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", "head", Route = "api/v1/tokens")] HttpRequest request,
        [DurableClient] DurableTaskClient client) => api.AnswerAsync(nameof(ListTokens), request, client);

    /// <summary>Takes a token away for good.</summary>
    [Function(nameof(RevokeToken))]
    public Task RevokeToken(
        [HttpTrigger(AuthorizationLevel.Anonymous, "delete", Route = "api/v1/tokens/{id}")] HttpRequest request,
        [DurableClient] DurableTaskClient client) => api.AnswerAsync(nameof(RevokeToken), request, client);
}
