using Microsoft.AspNetCore.Http;

namespace Metering.Api;

/// <summary>
/// One request on its way: what was asked, of which route, by whom. It reaches nothing: what a handler touches is in its constructor.
/// </summary>
internal sealed class ApiCall(HttpContext http, ApiRoute route, Caller caller)
{
    public HttpContext Http { get; } = http;

    public ApiRoute Route { get; } = route;

    public Caller Caller { get; } = caller;

    /// <summary>The caller's own license, on routes that only licenses may call.</summary>
    public string LicenseId => Caller.LicenseId ?? throw new InvalidOperationException($"{Route.Name} is not called with a license.");

    public CancellationToken Aborted => Http.RequestAborted;

    /// <summary>A part of the path.</summary>
    public string Path(string name) => PathSegment.Of(Http, Route, name);

    /// <summary>A query parameter; null when it is absent or empty.</summary>
    public string? Query(string name)
    {
        var value = Http.Request.Query[name];
        return value.Count == 0 || string.IsNullOrEmpty(value[^1]) ? null : value[^1];
    }
}
