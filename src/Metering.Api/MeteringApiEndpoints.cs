using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Metering.Api;

/// <summary>Maps the API into a host's routing.</summary>
public static class MeteringApiEndpoints
{
    /// <summary>Maps every route, and a fallback for what no route takes.</summary>
    public static void MapMeteringApi(this IEndpointRouteBuilder endpoints)
    {
        foreach (var route in ApiRoutes.All)
        {
            endpoints.MapMethods("/" + route.Pattern, route.Methods, (RequestDelegate)route.InvokeAsync).WithDisplayName(route.Name);
        }

        endpoints.MapFallback("{**path}", (RequestDelegate)ApiRoutes.FallBackAsync).WithDisplayName("NotFound");
    }
}
