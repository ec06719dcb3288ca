using Metering.Api;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace MeterFunctions.Http;

/// <summary>What no route takes.</summary>
public static class UnknownRouteFunctions
{
    /// <summary>
    /// The name of the one function that is no route. The host tries routes in the order of their functions' names, and this one takes
    /// every path: it must come last.
    /// </summary>
    public const string Name = "ZzUnknownRoute";

    /// <summary>
    /// Answers with a page (the dashboard, the document) where one is asked for; else 404, or 405 where the path takes other methods.
    /// </summary>
    [Function(Name)]
    public static Task UnknownRoute(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", "post", "put", "patch", "delete", "head", "options",
            Route = "{*path}")] HttpRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        return ApiRoutes.FallBackAsync(request.HttpContext);
    }
}
