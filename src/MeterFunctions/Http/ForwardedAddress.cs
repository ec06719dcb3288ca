using System.Net;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.HttpOverrides;

namespace MeterFunctions.Http;

/// <summary>Whence a request came before the platform and the Functions host forwarded it.</summary>
internal static class ForwardedAddress
{
    /// <summary>Makes the address that called the platform the request's remote address, in place of the Functions host's own.</summary>
    /// <remarks>
    /// The last one in the header: the platform's front end has put it there, while a caller can send what stands before it. Behind another
    /// proxy it is that proxy's.
    /// </remarks>
    public static void Use(HttpContext http)
    {
        if (http.Request.Headers[ForwardedHeadersDefaults.XForwardedForHeaderName] is not { Count: > 0 } forwarded)
        {
            return;
        }

        var text = forwarded[^1].AsSpan();
        text = text[(text.LastIndexOf(',') + 1)..].Trim();

        // With a port on Azure, and then IPv6 in brackets.
        if (IPEndPoint.TryParse(text, out var caller))
        {
            // As the framework's own middleware leaves it, so that everybody sees that the header was used.
            http.Request.Headers[ForwardedHeadersDefaults.XOriginalForHeaderName] = http.Connection.RemoteIpAddress?.ToString() ?? "";
            http.Connection.RemoteIpAddress = caller.Address;
        }
    }
}
