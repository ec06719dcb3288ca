using System.IO.Compression;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using Metering.Api.Tests.Memory;

namespace Metering.Api.Tests.Service;

/// <summary><c>/docs</c> shows the document, and needs nothing that is not served with it.</summary>
public sealed partial class DocumentPageTests
{
    [Fact]
    public async Task The_page_and_all_that_it_names_are_served_under_a_policy_without_inline_scripts()
    {
        await using var host = await MemoryHost.StartAsync();
        using var page = await host.Client.GetAsync("/docs");
        var html = await page.Content.ReadAsStringAsync();

        Assert.Equal("text/html; charset=utf-8", page.Content.Headers.ContentType!.ToString());
        Assert.StartsWith("default-src 'none'; script-src 'self'; style-src 'self';", Policy(page), StringComparison.Ordinal);
        Assert.DoesNotMatch("<script>|<style| on[a-z]+=| style=", html);
        var named = Named().Matches(html).Select(match => match.Groups["address"].Value).ToList();
        Assert.Contains("docs/swagger-ui.js", named);
        foreach (var address in named)
        {
            // Relative, so that it is found below a path base too.
            Assert.DoesNotMatch("^(/|https?:)", address);
            using var part = await host.Client.GetAsync(new Uri(new Uri("http://localhost/docs"), address));
            Assert.Equal(HttpStatusCode.OK, part.StatusCode);
        }
    }

    [Theory]
    [InlineData("/")]
    [InlineData("/docs/")]
    public async Task The_root_leads_to_the_page(string path)
    {
        await using var host = await MemoryHost.StartAsync();
        using var answer = await host.Client.GetAsync(path);

        Assert.Equal((HttpStatusCode.Redirect, "/docs"), (answer.StatusCode, answer.Headers.Location!.ToString()));
        Assert.Equal(404, (await host.SendAsync("POST", path, "{}")).Status);
    }

    [Theory]
    [InlineData("swagger-ui.js")]
    [InlineData("swagger-ui.css")]
    public async Task A_vendored_file_is_the_published_one_packed_or_not(string name)
    {
        await using var host = await MemoryHost.StartAsync();
        using var request = new HttpRequestMessage(HttpMethod.Get, "/docs/" + name) { Headers = { { "Accept-Encoding", "gzip, br" } } };
        using var packed = await host.Client.SendAsync(request);
        Assert.Equal("gzip", Assert.Single(packed.Content.Headers.ContentEncoding));
        using var gzip = new GZipStream(await packed.Content.ReadAsStreamAsync(), CompressionMode.Decompress);
        var hash = Convert.ToHexStringLower(await SHA256.HashDataAsync(gzip));

        Assert.Equal(hash, Convert.ToHexStringLower(SHA256.HashData(await host.Client.GetByteArrayAsync("/docs/" + name))));
        var noted = Encoding.UTF8.GetString(DocumentPage.Read("README.md"));
        Assert.Contains($"| `{name}.gz` | ", noted, StringComparison.Ordinal);
        Assert.Contains(hash, noted, StringComparison.Ordinal);
    }

    private static string Policy(HttpResponseMessage response) => string.Join(' ', response.Headers.GetValues("Content-Security-Policy"));

    [GeneratedRegex("(src|href)=\"(?<address>(?!data:)[^\"]+)\"")]
    private static partial Regex Named();
}
