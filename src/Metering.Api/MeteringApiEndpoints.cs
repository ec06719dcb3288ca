using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Metering.Api;

/// <summary>Maps the API into a host's routing.</summary>
public static class MeteringApiEndpoints
{
    /// <summary>Maps every route, and answers requests that match none.</summary>
    public static void MapMeteringApi(this WebApplication app)
    {
        ArgumentNullException.ThrowIfNull(app);
        foreach (var route in ApiRoutes.All)
        {
            app.MapMethods("/" + route.Pattern, route.Methods, (RequestDelegate)(http => route.ServeAsync(http, app.Services)))
                .WithDisplayName(route.Name);
        }

        // No catch-all route: it would be a candidate for every request, and routing would split every path for it. The endpoint that
        // routing itself has for a method that a path does not take is no RouteEndpoint, so it is answered here too.
        app.Use((http, next) => http.GetEndpoint() is RouteEndpoint ? next(http) : ApiRoutes.FallBackAsync(http));
    }
}
