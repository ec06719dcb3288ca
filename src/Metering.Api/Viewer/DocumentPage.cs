using System.IO.Compression;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace Metering.Api;

/// <summary>
/// <c>/docs</c>: the OpenAPI document as a page, with all that it needs. It asks nobody else for anything, and its policy (CSP) lets no
/// script run that is not one of its files.
/// </summary>
/// <remarks>
/// It is no route: the document does not list itself. Both hosts have a fallback for what no route takes, which asks here first.
/// </remarks>
internal sealed class DocumentPage
{
    private const string Html = "text/html; charset=utf-8";
    private const string Css = "text/css; charset=utf-8";
    private const string Script = "text/javascript; charset=utf-8";

    // Pictures: those in Swagger UI's style sheet are data. Styles that a script sets on an element are none of the policy's business.
    private const string Policy =
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; base-uri 'none'; "
        + "form-action 'none'; frame-ancestors 'none'";

    private static readonly Dictionary<string, DocumentPage> ByPath = new(StringComparer.OrdinalIgnoreCase)
    {
        ["/docs"] = new("index.html", Html),
        ["/docs/viewer.js"] = new("viewer.js", Script),
        ["/docs/viewer.css"] = new("viewer.css", Css),
        ["/docs/swagger-ui.js"] = new("swagger-ui.js.gz", Script),
        ["/docs/swagger-ui.css"] = new("swagger-ui.css.gz", Css),
    };

    private readonly string _type;
    private readonly bool _isPacked;

    // Not at the start: most processes never show the page.
    private readonly Lazy<byte[]> _bytes;

    private DocumentPage(string name, string type)
    {
        _type = type;
        _isPacked = name.EndsWith(".gz", StringComparison.Ordinal);
        _bytes = new Lazy<byte[]>(() => Read(name));
    }

    /// <summary>Answers a request for the page or a part of it; false when it is for something else.</summary>
    public static async ValueTask<bool> TryAnswerAsync(HttpContext http)
    {
        if (!HttpMethods.IsGet(http.Request.Method) && !HttpMethods.IsHead(http.Request.Method))
        {
            return false;
        }

        var path = http.Request.Path.Value ?? "";
        if (path is "" or "/" || path.Equals("/docs/", StringComparison.OrdinalIgnoreCase))
        {
            // To the place from which the page's relative addresses lead to its files.
            http.Response.Redirect("/docs");
            return true;
        }

        if (!ByPath.TryGetValue(path, out var page))
        {
            return false;
        }

        await page.SendAsync(http).ConfigureAwait(false);
        return true;
    }

    /// <summary>A file of the page, as it is embedded.</summary>
    internal static byte[] Read(string name)
    {
        using var stream = typeof(DocumentPage).Assembly.GetManifestResourceStream("Viewer/" + name)
            ?? throw new InvalidOperationException($"{name} is not embedded.");
        using var bytes = new MemoryStream();
        stream.CopyTo(bytes);
        return bytes.ToArray();
    }

    private async Task SendAsync(HttpContext http)
    {
        var (response, bytes) = (http.Response, _bytes.Value);
        response.Headers.ContentSecurityPolicy = Policy;
        response.Headers.XContentTypeOptions = "nosniff";
        response.Headers["Referrer-Policy"] = "no-referrer";
        response.Headers.CacheControl = "no-cache";
        response.ContentType = _type;
        if (_isPacked)
        {
            response.Headers.Vary = HeaderNames.AcceptEncoding;
            if (http.Request.Headers.AcceptEncoding.ToString().Contains("gzip", StringComparison.OrdinalIgnoreCase))
            {
                response.Headers.ContentEncoding = "gzip";
            }
            else
            {
                bytes = Unpack(bytes);
            }
        }

        response.ContentLength = bytes.Length;
        if (!HttpMethods.IsHead(http.Request.Method))
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
