using System.IO.Compression;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace Metering.Api;

/// <summary>
/// A file of a page. Its policy (CSP) lets no script run that is not one of the files, and no request leave for elsewhere.
/// </summary>
internal sealed class WebFile
{
    // Pictures: those in style sheets are data. Styles that a script sets on an element are none of the policy's business.
    private const string Policy =
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; base-uri 'none'; "
        + "form-action 'none'; frame-ancestors 'none'";

    private static readonly Dictionary<string, string> Types = new(StringComparer.Ordinal)
    {
        [".html"] = "text/html; charset=utf-8",
        [".css"] = "text/css; charset=utf-8",
        [".js"] = "text/javascript; charset=utf-8",
        [".svg"] = "image/svg+xml",
    };

    private readonly string _type;

    // Not at the start: most processes never show the page. Packed, because nearly every browser wants it so.
    private readonly Lazy<(byte[] Bytes, string ETag)> _packed;

    /// <summary>A file that is read when it is first asked for.</summary>
    /// <param name="type">Its media type.</param>
    /// <param name="read">Gives it, packed by gzip.</param>
    public WebFile(string type, Func<byte[]> read)
    {
        _type = type;

        // Weak: the packed form and the other are not the same bytes (RFC 9110, 8.8.3).
        _packed = new(() => read() is var bytes ? (bytes, $"W/\"{Convert.ToHexStringLower(SHA256.HashData(bytes)[..12])}\"") : default);
    }

    /// <summary>The media type of a file that is served; null for one that is not.</summary>
    public static string? TypeOf(string name) => Types.GetValueOrDefault(Path.GetExtension(name));

    /// <summary>Packs bytes by gzip.</summary>
    public static byte[] Pack(byte[] bytes)
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.SmallestSize))
        {
            gzip.Write(bytes);
        }

        return packed.ToArray();
    }

    /// <summary>Sends it; 304 without it where the caller has it already.</summary>
    public async Task SendAsync(HttpContext http)
    {
        var (request, response, (bytes, etag)) = (http.Request, http.Response, _packed.Value);
        response.Headers.ContentSecurityPolicy = Policy;
        response.Headers.XContentTypeOptions = "nosniff";
        response.Headers["Referrer-Policy"] = "no-referrer";
        // Kept, and asked for each time: after an update no old part meets a new one.
        response.Headers.CacheControl = "no-cache";
        response.Headers.ETag = etag;
        response.Headers.Vary = HeaderNames.AcceptEncoding;
        if (request.Headers.IfNoneMatch.ToString().Contains(etag, StringComparison.Ordinal))
        {
            response.StatusCode = StatusCodes.Status304NotModified;
            return;
        }

        response.ContentType = _type;
        if (request.Headers.AcceptEncoding.ToString().Contains("gzip", StringComparison.OrdinalIgnoreCase))
        {
            response.Headers.ContentEncoding = "gzip";
        }
        else
        {
            bytes = Unpack(bytes);
        }

        response.ContentLength = bytes.Length;
        if (!HttpMethods.IsHead(request.Method))
        {
            await response.Body.WriteAsync(bytes, http.RequestAborted).ConfigureAwait(false);
        }
    }

    private static byte[] Unpack(byte[] packed)
    {
        using var unpacked = new MemoryStream();
        using (var gzip = new GZipStream(new MemoryStream(packed), CompressionMode.Decompress))
        {
            gzip.CopyTo(unpacked);
        }

        return unpacked.ToArray();
    }
}
