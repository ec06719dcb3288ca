using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using Metering.Api.Tests.Memory;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;

namespace Metering.Api.Tests.Pages;

public sealed class CustomerPageTests
{
    private const string Token = "eyJhbGciOiJFUzI1NiJ9.e30.c2lnbmF0dXJl";

    [Fact]
    public async Task It_may_be_kept_by_nobody_and_embedded_by_nobody()
    {
        await using var host = await MemoryHost.StartAsync();
        using var page = await host.Client.GetAsync("/usage");

        Assert.Equal(HttpStatusCode.OK, page.StatusCode);
        Assert.Equal(("no-store", "no-referrer"), (Header(page, "Cache-Control"), Header(page, "Referrer-Policy")));
        Assert.Equal(
            "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; base-uri 'none'; "
            + "form-action 'none'; frame-ancestors 'none'",
            Header(page, "Content-Security-Policy"));
        var html = await page.Content.ReadAsStringAsync();
        Assert.DoesNotMatch("<script>|<style| on[a-z]+=| style=|\\{[a-z]+\\}", html);
        foreach (var file in new[] { "/usage/main.js", "/usage/token.js", "/usage/parts/statement.js", "/usage/style.css", "/usage/colors.css" })
        {
            using var answer = await host.Client.GetAsync(file);
            Assert.True(answer.IsSuccessStatusCode, file);
        }
    }

    [Fact]
    public async Task A_token_in_the_query_goes_behind_the_fragment_and_into_no_trace()
    {
        // Other tests send requests at the same time, and their spans come from other threads.
        var (trace, traced) = (ActivityTraceId.CreateRandom(), new TaskCompletionSource());
        var spans = new ConcurrentQueue<string>();
        using var listener = new ActivityListener
        {
            ShouldListenTo = _ => true,
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = span =>
            {
                spans.Enqueue(span.DisplayName + string.Concat(span.TagObjects.Select(tag => $" {tag.Key}={tag.Value}")));
                if (span.TraceId == trace && span.Source.Name == "Microsoft.AspNetCore")
                {
                    traced.TrySetResult();
                }
            },
        };
        ActivitySource.AddActivityListener(listener);
        await using var host = await MemoryHost.StartAsync();

        using var request = new HttpRequestMessage(HttpMethod.Get, "/usage?token=" + Token);
        request.Headers.Add("traceparent", $"00-{trace}-{ActivitySpanId.CreateRandom()}-01");

        using var answer = await host.Client.SendAsync(request);

        Assert.Equal((HttpStatusCode.Redirect, "/usage#token=" + Token), (answer.StatusCode, answer.Headers.Location!.OriginalString));
        Assert.Equal(("no-store", "no-referrer"), (Header(answer, "Cache-Control"), Header(answer, "Referrer-Policy")));
        // The span ends after the answer.
        await traced.Task.WaitAsync(TimeSpan.FromMinutes(1));
        Assert.DoesNotContain(spans, span => span.Contains(Token, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_slash_at_the_end_of_the_address_loses_no_token()
    {
        await using var host = await MemoryHost.StartAsync();
        using var answer = await host.Client.GetAsync("/usage/?token=" + Token);
        using var without = await host.Client.GetAsync("/usage/");

        Assert.Equal((HttpStatusCode.Redirect, "/usage#token=" + Token), (answer.StatusCode, answer.Headers.Location!.OriginalString));
        Assert.Equal("no-referrer", Header(answer, "Referrer-Policy"));
        Assert.Equal((HttpStatusCode.Redirect, "/usage"), (without.StatusCode, without.Headers.Location!.OriginalString));
    }

    [Theory]
    [InlineData("%0d%0aSet-Cookie:a=b")]
    [InlineData("%3cscript%3e")]
    [InlineData("a%26b")]
    [InlineData("")]
    public async Task What_is_no_token_leads_nowhere(string text)
    {
        await using var host = await MemoryHost.StartAsync();
        using var answer = await host.Client.GetAsync("/usage?token=" + text);

        Assert.Equal((HttpStatusCode.OK, null), (answer.StatusCode, answer.Headers.Location));
        Assert.DoesNotContain("script%3e", await answer.Content.ReadAsStringAsync(), StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task It_has_the_products_name_logo_and_color_and_may_be_embedded_where_the_options_say()
    {
        await using var host = await MemoryHost.StartAsync(
            null,
            "--Metering:CustomerPage:ProductName=Tom & <Jerry>", "--Metering:CustomerPage:AccentColor=#0a7D5a",
            "--Metering:CustomerPage:LogoUrl=https://cdn.example.com/a.svg?b=1&c=2",
            "--Metering:CustomerPage:EmbedOrigins=https://app.example.com, http://localhost:3000");
        using var page = await host.Client.GetAsync("/usage");
        var html = await page.Content.ReadAsStringAsync();

        Assert.Contains("<span>Tom &amp; &lt;Jerry&gt;</span>", html, StringComparison.Ordinal);
        Assert.Contains("<img src=\"https://cdn.example.com/a.svg?b=1&amp;c=2\" alt=\"\">", html, StringComparison.Ordinal);
        var policy = Header(page, "Content-Security-Policy");
        Assert.EndsWith("frame-ancestors https://app.example.com http://localhost:3000", policy, StringComparison.Ordinal);
        Assert.Contains("img-src 'self' data: https://cdn.example.com;", policy, StringComparison.Ordinal);
        Assert.Contains("light-dark(#0a7D5a,", await host.Client.GetStringAsync("/usage/colors.css"), StringComparison.Ordinal);
        // The dashboard stays where it is.
        using var dashboard = await host.Client.GetAsync("/dashboard");
        Assert.EndsWith("frame-ancestors 'none'", Header(dashboard, "Content-Security-Policy"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("EmbedOrigins", "https://app.example.com/path")]
    [InlineData("EmbedOrigins", "*")]
    [InlineData("EmbedOrigins", "https://a';script-src@app.example.com")]
    [InlineData("AccentColor", "red; } body { display: none")]
    [InlineData("AccentColor", "#fff")]
    [InlineData("LogoUrl", "http://cdn.example.com/a.svg")]
    [InlineData("LogoUrl", "https://cdn.example.com/a.svg; script-src *")]
    [InlineData("MaxTokenHours", "0")]
    public void A_wrong_option_stops_the_start_and_is_named(string option, string value)
    {
        var configuration = new ConfigurationBuilder()
            .AddInMemoryCollection([new($"Metering:CustomerPage:{option}", value)]).Build();

        var wrong = Assert.Throws<OptionsValidationException>(() => MeteringOptions.Read<MeteringOptions>(configuration));

        Assert.StartsWith($"Metering:CustomerPage:{option} ", Assert.Single(wrong.Failures), StringComparison.Ordinal);
    }

    private static string Header(HttpResponseMessage answer, string name) => string.Join(", ", answer.Headers.NonValidated[name]);
}
