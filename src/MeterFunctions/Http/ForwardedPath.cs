using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace MeterFunctions.Http;

/// <summary>The path of a request that the Functions host has forwarded to this process.</summary>
internal static class ForwardedPath
{
    /// <summary>Forgets how the path was written when it came here.</summary>
    /// <remarks>
    /// The host decodes a path but for its encoded slashes, encodes it again, and then writes <c>%252F</c> for both <c>%2F</c> and
    /// <c>%252F</c>. So what came here does not tell what the caller sent, and without it a slash is taken to be meant. Seen with 4.1037.
    /// </remarks>
    public static void Forget(HttpContext http)
    {
        if (http.Features.Get<IHttpRequestFeature>() is { } request)
        {
            request.RawTarget = "";
        }
    }
}
