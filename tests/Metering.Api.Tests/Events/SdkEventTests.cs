using System.Text;
using CloudNative.CloudEvents.Http;
using Metering.Api.Tests.Memory;
using Microsoft.AspNetCore.Http;

namespace Metering.Api.Tests;

/// <summary>Events as the official SDKs of CloudEvents send them.</summary>
public sealed class SdkEventTests(JavaScriptSdk sdk) : IClassFixture<JavaScriptSdk>
{
    private const string Producer = "Bearer " + MemoryHost.ProducerToken;

    [Fact]
    public async Task Events_of_the_JavaScript_SDK_count_once_on_each_way_and_on_all_of_them_together()
    {
        var (host, id, key) = await MemoryHost.WithLicenseAsync("""{"feature_code":"api_calls"}""");
        await using var running = host;
        foreach (var mode in new[] { "binary", "structured", "binary" })
        {
            for (var i = 0; i < sdk.Count; i++)
            {
                var (content, headers) = sdk.Message(mode, i);
                var reply = await host.SendContentAsync("POST", "/api/events", content, Producer, headers);
                Assert.True(reply.Status == 202, $"{mode} {i}: {reply.Json}");
            }

            Assert.Equal(2 * sdk.Count, await UsedAsync(host, key));
        }

        var batch = new StringContent(
            "[" + string.Join(',', Enumerable.Range(0, sdk.Count).Select(i => sdk.Body("structured", i))) + "]",
            Encoding.UTF8,
            "application/cloudevents-batch+json");
        var again = await host.SendContentAsync("POST", "/api/events", batch, Producer);
        Assert.Equal((202, sdk.Count), (again.Status, again.Number("duplicates")));
        var ledger = (await host.SendAsync("GET", $"/api/v1/licenses/{id}/ledger")).Json.GetProperty("items").EnumerateArray();
        Assert.Contains(
            ledger,
            entry => entry.TryGetProperty("event_id", out var eventId) && eventId.GetString() == "https://example.com/a%20b?x=y A-2");
    }

    [Theory]
    [InlineData("plain")]
    [InlineData("with space")]
    [InlineData("Euro \u20ac \U0001F600")]
    [InlineData("a \"quoted\" \\ part")]
    [InlineData("100% of %20 and %zz")]
    [InlineData("https://example.com/a%20b?x=y")]
    public void What_the_NET_SDK_encodes_is_read(string text)
    {
        var header = HttpUtilities.EncodeHeaderValue(text);
        Assert.Equal(text, CloudEventHeader.Decode(header, "/subject"));
        Assert.Equal(HttpUtilities.DecodeHeaderValue(header), CloudEventHeader.Decode(header, "/subject"));
    }

    [Theory]
    [InlineData("\"tenant_acme\"", "tenant_acme")]
    [InlineData("\"a \\\"b\\\" \\\\ c\"", "a \"b\" \\ c")]
    [InlineData("\"%e2%82%ac\"", "\u20ac")]
    [InlineData("%22a%22", "\"a\"")]
    [InlineData("%41%7a", "Az")]
    [InlineData("100%", "100%")]
    [InlineData("%zz %2", "%zz %2")]
    [InlineData("a\"b", "a\"b")]
    [InlineData("\"\"", "")]
    public void Quotes_are_undone_first_then_one_round_of_percent_encoding(string header, string text) =>
        Assert.Equal(text, CloudEventHeader.Decode(header, "/subject"));

    [Theory]
    [InlineData("ce-source", "%C3%28", "/source")]
    [InlineData("ce-subject", "%C0%A0", "/subject")]
    [InlineData("ce-id", "%ed%a0%80", "/id")]
    [InlineData("ce-type", "\"open", "/type")]
    [InlineData("ce-subject", "\"a\" b", "/subject")]
    [InlineData("ce-time", "\"yesterday\"", "/time")]
    public async Task A_header_that_says_nothing_is_refused(string name, string value, string pointer)
    {
        var (host, _, key) = await MemoryHost.WithLicenseAsync();
        await using var running = host;
        var headers = new Dictionary<string, string>
        {
            ["ce-specversion"] =
                "1.0", ["ce-id"] = "1", ["ce-source"] = "/a", ["ce-type"] = "api_calls", ["ce-subject"] = "tenant_acme", [name] = value,
        };

        var reply = await host.SendContentAsync(
            "POST", "/api/events", new StringContent("{}", Encoding.UTF8, "application/json"), Producer,
            [.. headers.Select(header => (header.Key, header.Value))]);

        Assert.Equal((StatusCodes.Status400BadRequest, pointer), (reply.Status, string.Join(' ', reply.Pointers)));
        Assert.Equal(0, await UsedAsync(host, key));
    }

    private static async Task<decimal> UsedAsync(MemoryHost host, string key) =>
        (await host.RunAsync("GET", "check?feature_code=api_calls", key, null)).Number("used");
}
