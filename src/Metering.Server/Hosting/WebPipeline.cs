using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Cors.Infrastructure;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.HttpOverrides;
using IPNetwork = System.Net.IPNetwork;

namespace Metering.Server.Hosting;

/// <summary>
/// What stands before the routes where an operator asks for it: a proxy's headers, a path base, and pages of other origins.
/// </summary>
internal static class WebPipeline
{
    // What an answer tells in headers that a browser shows to nobody else's page without being asked to.
    private static readonly string[] OwnHeaders =
        ["Idempotency-Replayed", "Location", "RateLimit", "RateLimit-Policy", "Retry-After", "WWW-Authenticate"];

    private static readonly TimeSpan PreflightAge = TimeSpan.FromMinutes(10);

    /// <summary>Sets it up. The order matters: what a proxy says of the request decides everything behind it.</summary>
    internal static void UseWebOptions(this WebApplication app, ServerOptions options)
    {
        if (options.KnownProxies.Count > 0)
        {
            app.UseForwardedHeaders(Believe(options.KnownProxies));
        }

        if (options.PathBase.Length > 0)
        {
            app.UsePathBase(options.PathBase);
        }

        if (options.PathBase.Length > 0 || options.KnownProxies.Count > 0)
        {
            app.Use(LocateBelowPathBase);
        }

        app.UseRouting();
        if (options.CorsOrigins.Count > 0)
        {
            app.UseCors(policy => Allow(policy, options.CorsOrigins));
        }
    }

    /// <summary>A proxy, as the address of one machine or as a network; null when it is neither.</summary>
    internal static IPNetwork? Network(string proxy) => IPAddress.TryParse(proxy, out var address)
        ? new IPNetwork(address, address.GetAddressBytes().Length * 8)
        : IPNetwork.TryParse(proxy, out var network) ? network : null;

    private static ForwardedHeadersOptions Believe(IReadOnlyList<string> proxies)
    {
        var headers = new ForwardedHeadersOptions
        {
            ForwardedHeaders = ForwardedHeaders.All,

            // As many proxies in a row as are known; what stands before the first unknown one is what that one claims.
            ForwardLimit = null,
        };

        // The framework believes this machine by default; here only those count that were named.
        headers.KnownProxies.Clear();
        headers.KnownIPNetworks.Clear();
        foreach (var proxy in proxies)
        {
            headers.KnownIPNetworks.Add(Network(proxy)!.Value);
        }

        return headers;
    }

    private static void Allow(CorsPolicyBuilder policy, IReadOnlyList<string> origins) => policy
        .WithOrigins([.. origins])
        .AllowAnyMethod()
        .AllowAnyHeader()
        .WithExposedHeaders(OwnHeaders)
        .SetPreflightMaxAge(PreflightAge);

    // The API says where something is by its own path; the caller needs the whole one.
    private static Task LocateBelowPathBase(HttpContext http, RequestDelegate next)
    {
        // Now: when an answer without a body starts, the path base has been taken off the request again.
        var pathBase = http.Request.PathBase;
        http.Response.OnStarting(() =>
        {
            var location = http.Response.Headers.Location.ToString();
            if (pathBase.HasValue && location.StartsWith('/'))
            {
                http.Response.Headers.Location = pathBase.ToUriComponent() + location;
            }

            return Task.CompletedTask;
        });
        return next(http);
    }
}
