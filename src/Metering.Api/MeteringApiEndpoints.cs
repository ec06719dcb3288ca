using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Metering.Api;

/// <summary>Maps the API into a host's routing.</summary>
public static class MeteringApiEndpoints
{
    /// <summary>Maps every route, and answers what no route takes.</summary>
    public static void MapMeteringApi(this WebApplication app)
    {
        ArgumentNullException.ThrowIfNull(app);
        foreach (var route in ApiRoutes.All)
        {
            app.MapMethods("/" + route.Pattern, route.Methods, (RequestDelegate)(http => route.ServeAsync(http, app.Services)))
                .WithDisplayName(route.Name);
        }

        // Not by a route for every path: it would be a candidate for each request, and routing would cut each path up for it. What the
        // routing itself answers for a path of other methods is no route either.
        app.Use((http, next) => http.GetEndpoint() is RouteEndpoint ? next(http) : ApiRoutes.FallBackAsync(http));
    }
}
