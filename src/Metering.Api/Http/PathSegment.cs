using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Metering.Api;

/// <summary>Reads a part of a path.</summary>
/// <remarks>
/// Servers decode a path but for its encoded slashes, so that these do not divide it. Then <c>%2F</c> and <c>%252F</c> look alike, though
/// one is a slash and the other the text <c>%2F</c>; what the caller sent tells them apart.
/// </remarks>
internal static class PathSegment
{
    private const string EncodedSlash = "%2F";

    /// <summary>The value of a parameter of the route's path, decoded once.</summary>
    public static string Of(HttpContext http, ApiRoute route, string name)
    {
        var decoded = (string)http.Request.RouteValues[name]!;
        if (!decoded.Contains(EncodedSlash, StringComparison.OrdinalIgnoreCase))
        {
            return decoded;
        }

        // Without what was sent, or where it was rewritten on its way, a slash is what was most likely meant.
        return Sent(http, route, name) is { } sent && DecodeButSlashes(sent).Equals(decoded, StringComparison.OrdinalIgnoreCase)
            ? Uri.UnescapeDataString(sent)
            : decoded.Replace(EncodedSlash, "/", StringComparison.OrdinalIgnoreCase);
    }

    // The part as it was sent. Counted from the end of the path, because a proxy may have put something before it.
    private static string? Sent(HttpContext http, ApiRoute route, string name)
    {
        if (http.Features.Get<IHttpRequestFeature>()?.RawTarget is not { Length: > 0 } target)
        {
            return null;
        }

        var path = target.Split('?', 2)[0].TrimEnd('/').Split('/');
        var pattern = route.Pattern.Split('/');
        var fromEnd = pattern.Length - Array.IndexOf(pattern, $"{{{name}}}");
        return fromEnd <= path.Length ? path[^fromEnd] : null;
    }

    private static string DecodeButSlashes(string sent) =>
        Uri.UnescapeDataString(sent.Replace(EncodedSlash, "%252F", StringComparison.OrdinalIgnoreCase));
}
