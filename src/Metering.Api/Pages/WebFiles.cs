using System.Collections.Frozen;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;

namespace Metering.Api;

/// <summary>
/// The pages for people with all that they need: <c>/dashboard</c>; <c>/docs</c>, which shows the OpenAPI document; and the files of <see
/// cref="CustomerPage"/>. They ask nobody else for anything.
/// </summary>
/// <remarks>
/// They are no routes: the document lists what programs may call. Both hosts have a fallback for what no route takes, which asks here
/// first.
/// </remarks>
internal static class WebFiles
{
    private const string Dashboard = "/dashboard";
    private const string Page = "index.html";

    // In index.html; the page compares it with the server's to find out that it has grown old in its tab.
    private const string VersionMark = "{version}";

    private static readonly (string Folder, string Address)[] Folders =
        [("Dashboard/", Dashboard), ("Customer/", CustomerPage.Address), ("Viewer/", "/docs")];

    private static readonly FrozenDictionary<string, WebFile> ByPath = Folders
        .SelectMany(folder => EmbeddedFiles.Names(folder.Folder).Select(name => File(folder.Address, folder.Folder, name)))
        .OfType<KeyValuePair<string, WebFile>>()
        .ToFrozenDictionary(StringComparer.OrdinalIgnoreCase);

    /// <summary>Answers a request for a page or a part of one; false when it is for something else.</summary>
    public static async ValueTask<bool> TryAnswerAsync(HttpContext http)
    {
        if (!HttpMethods.IsGet(http.Request.Method) && !HttpMethods.IsHead(http.Request.Method))
        {
            return false;
        }

        var path = http.Request.Path.Value ?? "";
        if (ByPath.TryGetValue(path, out var file))
        {
            await file.SendAsync(http).ConfigureAwait(false);
            return true;
        }

        // To the place from which the page's relative addresses lead to its files.
        var page = path is "" or "/" ? Dashboard : path[..^1];
        if (path.Length > 1 && (path[^1] != '/' || !ByPath.ContainsKey(page)))
        {
            return false;
        }

        http.Response.Redirect(page);
        return true;
    }

    private static KeyValuePair<string, WebFile>? File(string address, string folder, string name)
    {
        var served = name.EndsWith(".gz", StringComparison.Ordinal) ? name[..^3] : name;
        if (WebFile.TypeOf(served) is not { } type)
        {
            return null;
        }

        var path = served == Page ? address : address + "/" + served;
        return new(path, new WebFile(type, () => Read(folder, name)));
    }

    private static byte[] Read(string folder, string name)
    {
        var bytes = EmbeddedFiles.Read(folder + name);
        if (name.EndsWith(".gz", StringComparison.Ordinal))
        {
            return bytes;
        }

        return WebFile.Pack(name == Page ? WithVersion(bytes, folder) : bytes);
    }

    private static byte[] WithVersion(byte[] page, string folder) =>
        Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(page).Replace(VersionMark, Version(folder), StringComparison.Ordinal));

    private static string Version(string folder)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var name in EmbeddedFiles.Names(folder).Order(StringComparer.Ordinal))
        {
            hash.AppendData(EmbeddedFiles.Read(folder + name));
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset()[..8]);
    }
}
