using System.Net;
using System.Text;
using Microsoft.AspNetCore.Http;

namespace Metering.Api;

/// <summary>
/// The page on which a customer sees how a license stands, in the product's colors. Its other files are like those of every page
/// (<see cref="WebFiles"/>).
/// </summary>
internal sealed class CustomerPage
{
    /// <summary>Where it is.</summary>
    public const string Address = "/usage";

    private const string Colors = Address + "/colors.css";
    private const string TokenName = "token";
    private const int MaxToken = 2_000;

    private readonly byte[] _page;
    private readonly byte[] _colors;
    private readonly string _policy;

    /// <summary>The page as the operator wants it.</summary>
    public CustomerPage(MeteringOptions options)
    {
        var look = options.CustomerPage;
        var name = WebUtility.HtmlEncode(look.ProductName);
        var logo = look.LogoUrl.Length > 0 ? new Uri(look.LogoUrl) : null;
        // Written into the page here, so that it needs no script that is not a file.
        _page = Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(EmbeddedFiles.Read("Customer/index.html"))
            .Replace("{title}", $"Usage – {name}", StringComparison.Ordinal)
            .Replace(
                "{brand}",
                (logo is null ? "" : $"<img src=\"{WebUtility.HtmlEncode(logo.AbsoluteUri)}\" alt=\"\">") + $"<span>{name}</span>",
                StringComparison.Ordinal));
        // Lighter in the dark, where a dark color could not be seen.
        _colors = Encoding.UTF8.GetBytes(look.AccentColor.Length == 0
            ? ":root { --brand: var(--accent); }\n"
            : $":root {{ --brand: light-dark({look.AccentColor}, color-mix(in oklab, {look.AccentColor} 70%, white)); }}\n");
        _policy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:"
            + (logo is null ? "" : " " + logo.GetLeftPart(UriPartial.Authority))
            + "; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors "
            + (look.EmbedOrigins.Count == 0 ? "'none'" : string.Join(' ', look.EmbedOrigins));
    }

    /// <summary>Answers a request for the page or its colors; false when it is for something else.</summary>
    public async ValueTask<bool> TryAnswerAsync(HttpContext http)
    {
        if (!HttpMethods.IsGet(http.Request.Method) && !HttpMethods.IsHead(http.Request.Method))
        {
            return false;
        }

        var path = http.Request.Path.Value ?? "";
        if (path.Equals(Colors, StringComparison.OrdinalIgnoreCase))
        {
            await SendAsync(http, "text/css; charset=utf-8", _colors).ConfigureAwait(false);
            return true;
        }

        var isPage = path.Equals(Address, StringComparison.OrdinalIgnoreCase);
        if (!isPage && !path.Equals(Address + "/", StringComparison.OrdinalIgnoreCase))
        {
            return false;
        }

        if (http.Request.Query[TokenName] is [{ } token] && IsToken(token))
        {
            // Behind the #, where no other server and no log sees it, and from where the page takes it at once.
            WriteHeaders(http.Response);
            http.Response.Redirect($"{Address}#{TokenName}={token}");
            return true;
        }

        if (!isPage)
        {
            // Without a token it is led to the page like that of every other one (WebFiles).
            return false;
        }

        await SendAsync(http, "text/html; charset=utf-8", _page).ConfigureAwait(false);
        return true;
    }

    // Letters of a JWT: whatever else came could mean something in an address.
    private static bool IsToken(string text) =>
        text.Length is > 0 and <= MaxToken && text.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '.' or '-' or '_');

    private async Task SendAsync(HttpContext http, string type, byte[] bytes)
    {
        WriteHeaders(http.Response);
        http.Response.ContentType = type;
        http.Response.ContentLength = bytes.Length;
        if (!HttpMethods.IsHead(http.Request.Method))
        {
            await http.Response.Body.WriteAsync(bytes, http.RequestAborted).ConfigureAwait(false);
        }
    }

    private void WriteHeaders(HttpResponse response)
    {
        response.Headers.ContentSecurityPolicy = _policy;
        response.Headers.XContentTypeOptions = "nosniff";
        response.Headers["Referrer-Policy"] = "no-referrer";
        response.Headers.CacheControl = "no-store";
    }
}
