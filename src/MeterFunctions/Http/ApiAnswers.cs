using MeterFunctions.Orchestrations;
using Metering.Api;
using Microsoft.AspNetCore.Http;
using Microsoft.DurableTask.Client;

namespace MeterFunctions.Http;

/// <summary>Hands requests to the routes of <c>Metering.Api</c>, which do everything.</summary>
public sealed class ApiAnswers(DurableClients clients)
{
    /// <summary>Answers a request by the route with a name.</summary>
    public Task AnswerAsync(string route, HttpRequest request, DurableTaskClient client)
    {
        ArgumentNullException.ThrowIfNull(request);

        // For what works between invocations, which has no client of its own.
        clients.Use(client);
        ForwardedPath.Forget(request.HttpContext);
        ForwardedAddress.Use(request.HttpContext);

        // Triggers are anonymous to the host, because the route itself authenticates, on both hosts alike.
        return ApiRoutes.Find(route).InvokeAsync(request.HttpContext);
    }
}
