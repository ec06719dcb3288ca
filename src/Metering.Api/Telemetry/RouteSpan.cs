using System.Diagnostics;
using System.Globalization;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Metering.Api;

/// <summary>
/// The web server's span of a request, named as OpenTelemetry's conventions have it: by its method and route, not by its path, which would
/// be another for each license. On Azure the web server knows no route, because the Functions host has one for all; so it is done here,
/// for both hosts.
/// </summary>
internal static class RouteSpan
{
    /// <summary>Names the span of a request; null when nobody traces.</summary>
    public static Activity? Name(HttpContext http, string pattern)
    {
        if (http.Features.Get<IHttpActivityFeature>()?.Activity is not { IsAllDataRequested: true } span)
        {
            return null;
        }

        span.DisplayName = $"{http.Request.Method} /{pattern}";
        span.SetTag("http.request.method", http.Request.Method);
        span.SetTag("http.route", "/" + pattern);
        return span;
    }

    /// <summary>Says what the request came to.</summary>
    public static void End(Activity? span, HttpContext http)
    {
        if (span is null)
        {
            return;
        }

        var status = http.Response.StatusCode;
        span.SetTag("http.response.status_code", status);
        if (status >= StatusCodes.Status500InternalServerError)
        {
            // Of a server's span only these are errors; a refusal is an answer.
            span.SetTag("error.type", status.ToString(CultureInfo.InvariantCulture));
            span.SetStatus(ActivityStatusCode.Error);
        }
    }
}
