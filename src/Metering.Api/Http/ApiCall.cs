using Microsoft.AspNetCore.Http;

namespace Metering.Api;

/// <summary>One request on its way: the route, the caller, and the ports that answer it.</summary>
internal sealed class ApiCall(HttpContext http, ApiRoute route, ApiPorts ports, Caller caller)
{
    public HttpContext Http { get; } = http;

    public ApiRoute Route { get; } = route;

    public ApiPorts Ports { get; } = ports;

    public Caller Caller { get; } = caller;

    /// <summary>The caller's own license, on routes that only licenses may call.</summary>
    public string LicenseId => Caller.LicenseId ?? throw new InvalidOperationException($"{Route.Name} is not called with a license.");

    public CancellationToken Aborted => Http.RequestAborted;

    public DateTimeOffset Now => Ports.Clock.UtcNow;

    /// <summary>A part of the path.</summary>
    public string Path(string name) => PathSegment.Of(Http, Route, name);

    /// <summary>A query parameter; null when it is absent or empty.</summary>
    public string? Query(string name)
    {
        var value = Http.Request.Query[name];
        return value.Count == 0 || string.IsNullOrEmpty(value[^1]) ? null : value[^1];
    }
}

/// <summary>Answers one route.</summary>
internal delegate Task ApiHandler(ApiCall call);
