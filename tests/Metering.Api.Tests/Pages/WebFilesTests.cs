using System.IO.Compression;
using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using Metering.Api.Tests.Memory;

namespace Metering.Api.Tests.Pages;

/// <summary>The pages for people need nothing that is not served with them, and run nothing that is not one of their files.</summary>
public sealed partial class WebFilesTests
{
    [Theory]
    [InlineData("/docs", "docs/swagger-ui.js")]
    [InlineData("/dashboard", "dashboard/main.js")]
    public async Task A_page_and_all_that_it_names_are_served_under_a_policy_without_inline_scripts(string address, string part)
    {
        await using var host = await MemoryHost.StartAsync();
        using var page = await host.Client.GetAsync(address);
        var html = await page.Content.ReadAsStringAsync();

        Assert.Equal("text/html; charset=utf-8", page.Content.Headers.ContentType!.ToString());
        Assert.Equal(
            "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; base-uri 'none'; "
            + "form-action 'none'; frame-ancestors 'none'",
            Header(page, "Content-Security-Policy"));
        Assert.Equal(("nosniff", "no-referrer"), (Header(page, "X-Content-Type-Options"), Header(page, "Referrer-Policy")));
        Assert.DoesNotMatch("<script>|<style| on[a-z]+=| style=", html);
        var named = Named().Matches(html).Select(match => match.Groups["address"].Value).Where(name => name.Contains('.')).ToList();
        Assert.Contains(part, named);
        foreach (var name in named)
        {
            // Relative, so that it is found below a path base too.
            Assert.DoesNotMatch("^(/|https?:)", name);
            using var answer = await host.Client.GetAsync(new Uri(new Uri("http://localhost" + address), name));
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        }
    }

    [Fact]
    public async Task All_that_the_dashboards_files_import_is_there()
    {
        await using var host = await MemoryHost.StartAsync();
        var waiting = new Queue<Uri>([new Uri("http://localhost/dashboard/main.js")]);
        var seen = new HashSet<Uri>(waiting);
        while (waiting.TryDequeue(out var address))
        {
            var script = await host.Client.GetStringAsync(address);
            foreach (var match in Imported().Matches(script).Where(_ => !address.AbsolutePath.Contains("/vendor/", StringComparison.Ordinal)))
            {
                if (new Uri(address, match.Groups["address"].Value) is var imported && seen.Add(imported))
                {
                    waiting.Enqueue(imported);
                }
            }
        }

        Assert.Equal(
            EmbeddedFiles.Names("Dashboard/").Where(name => name.EndsWith(".js", StringComparison.Ordinal)).Select(name => "/dashboard/" + name).Order(),
            seen.Select(address => address.AbsolutePath).Order());
    }

    [Theory]
    [InlineData("/", "/dashboard")]
    [InlineData("/dashboard/", "/dashboard")]
    [InlineData("/docs/", "/docs")]
    public async Task The_root_leads_to_the_dashboard_and_a_slash_to_its_page(string path, string page)
    {
        await using var host = await MemoryHost.StartAsync();
        using var answer = await host.Client.GetAsync(path);

        Assert.Equal((HttpStatusCode.Redirect, page), (answer.StatusCode, answer.Headers.Location!.ToString()));
        Assert.Equal(404, (await host.SendAsync("POST", path, "{}")).Status);
    }

    [Theory]
    [InlineData("/dashboard/vendor/README.md")]
    [InlineData("/dashboard/none.js")]
    [InlineData("/dashboard/views/")]
    public async Task What_is_no_part_of_a_page_is_not_found(string path)
    {
        await using var host = await MemoryHost.StartAsync();

        Assert.Equal(404, (await host.SendAsync("GET", path)).Status);
    }

    [Fact]
    public async Task A_part_that_the_browser_has_is_not_sent_again()
    {
        await using var host = await MemoryHost.StartAsync();
        using var first = await host.Client.GetAsync("/dashboard/main.js");
        using var request = new HttpRequestMessage(HttpMethod.Get, "/dashboard/main.js");
        request.Headers.IfNoneMatch.Add(first.Headers.ETag!);
        using var again = await host.Client.SendAsync(request);

        Assert.Equal((HttpStatusCode.NotModified, 0), (again.StatusCode, (await again.Content.ReadAsByteArrayAsync()).Length));
        Assert.Equal("no-cache", Header(first, "Cache-Control"));
    }

    [Fact]
    public async Task The_dashboard_says_its_version()
    {
        await using var host = await MemoryHost.StartAsync();

        Assert.Matches("data-version=\"[0-9a-f]{16}\"", await host.Client.GetStringAsync("/dashboard"));
    }

    [Theory]
    [InlineData("docs", "swagger-ui.js", "Viewer/README.md")]
    [InlineData("docs", "swagger-ui.css", "Viewer/README.md")]
    [InlineData("dashboard/vendor", "preact.js", "Dashboard/vendor/README.md")]
    [InlineData("dashboard/vendor", "hooks.js", "Dashboard/vendor/README.md")]
    [InlineData("dashboard/vendor", "htm.js", "Dashboard/vendor/README.md")]
    [InlineData("dashboard/vendor", "uplot.js", "Dashboard/vendor/README.md")]
    [InlineData("dashboard/vendor", "uplot.css", "Dashboard/vendor/README.md")]
    public async Task A_vendored_file_is_the_published_one_packed_or_not(string folder, string name, string readme)
    {
        await using var host = await MemoryHost.StartAsync();
        using var request = new HttpRequestMessage(HttpMethod.Get, $"/{folder}/{name}") { Headers = { { "Accept-Encoding", "gzip, br" } } };
        using var packed = await host.Client.SendAsync(request);
        Assert.Equal("gzip", Assert.Single(packed.Content.Headers.ContentEncoding));
        using var gzip = new GZipStream(await packed.Content.ReadAsStreamAsync(), CompressionMode.Decompress);
        var hash = Hash(await new StreamReader(gzip).ReadToEndAsync());

        Assert.Equal(hash, Hash(await host.Client.GetStringAsync($"/{folder}/{name}")));
        var line = Encoding.UTF8.GetString(EmbeddedFiles.Read(readme)).Split('\n')
            .Single(line => line.StartsWith($"| `{name}", StringComparison.Ordinal));
        Assert.Contains(hash, line, StringComparison.Ordinal);
    }

    // One word of one file is not the publisher's, as its README says.
    private static string Hash(string text) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text.Replace("from\"./preact.js\"", "from\"preact\"", StringComparison.Ordinal))));

    private static string Header(HttpResponseMessage response, string name) => string.Join(' ', response.Headers.GetValues(name));

    [GeneratedRegex("(src|href)=\"(?<address>(?!data:)[^\"]+)\"")]
    private static partial Regex Named();

    [GeneratedRegex(" from \"(?<address>\\.[^\"]+)\"")]
    private static partial Regex Imported();
}
