using System.Net;
using System.Net.Sockets;
using System.Text;
using Metering.Cli.Tests.Support;
using Metering.Cli.Webhooks;
using Metering.Client.Tests.Support;

namespace Metering.Cli.Tests.Webhooks;

/// <summary>Receivers: made, watched, and one on this machine.</summary>
[Collection(MeterCollection.Name)]
public sealed class WebhookCommandTests(Meter meter) : IDisposable
{
    private const string Secret = "whsec_MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=";
    private readonly Tool _tool = new(meter);

    [Fact]
    public async Task A_webhook_is_made_disabled_and_removed()
    {
        var made = (await _tool.RunAsync("webhook", "add", "https://receiver.invalid/hook", "-s", "overage")).Succeeded();
        var listed = (await _tool.RunAsync("webhook", "list", "--json")).Succeeded().Lines
            .Single(one => one.GetProperty("url").GetString() == "https://receiver.invalid/hook");
        var id = listed.GetProperty("id").GetString()!;
        var disabled = (await _tool.RunAsync("webhook", "disable", id)).Succeeded();
        var table = (await _tool.RunAsync("webhook", "list")).Succeeded();
        (await _tool.RunAsync("webhook", "enable", id)).Succeeded();
        var test = (await _tool.RunAsync("webhook", "test", id, "--json")).Succeeded().Json.GetProperty("id").GetString()!;
        var deliveries = (await _tool.RunAsync("webhook", "deliveries", id)).Succeeded();
        (await _tool.RunAsync("webhook", "redeliver", id, test)).Succeeded();
        (await _tool.RunAsync("webhook", "remove", id, "--yes")).Succeeded();

        Assert.StartsWith("whsec_", made.Output, StringComparison.Ordinal);
        Assert.Equal($"{id} is disabled.\n", disabled.Output);
        Assert.Contains("overage  disabled: ", table.Output, StringComparison.Ordinal);
        Assert.Contains(test, deliveries.Output, StringComparison.Ordinal);
        (await _tool.RunAsync("webhook", "add", "nowhere")).Failed(2, "/url");
        (await _tool.RunAsync("webhook", "test", id)).Failed(1, id);
    }

    [Fact]
    public async Task What_comes_is_verified_and_printed_and_the_webhook_goes_with_the_listener()
    {
        var port = FreePort();
        var error = new Noticing("Listening on", () => { });
        var listening = _tool.RunAsync(
            Stream.Null, new StringWriter(), error,
            ["webhook", "listen", "--register", "--port", $"{port}", "--count", "1", "--json", "--secret", Secret], CancellationToken.None);
        string? id = null;
        while (id is null)
        {
            id = (await _tool.RunAsync("webhook", "list", "--json")).Succeeded().Lines
                .Where(one => one.GetProperty("url").GetString()!.Contains($":{port}/", StringComparison.Ordinal))
                .Select(one => one.GetProperty("id").GetString()).FirstOrDefault();
        }

        (await _tool.RunAsync("webhook", "test", id)).Succeeded();
        var got = (await listening).Succeeded();

        var message = Assert.Single(got.Lines);
        Assert.True(message.GetProperty("verified").GetBoolean());
        Assert.Equal("test", message.GetProperty("body").GetProperty("type").GetString());
        Assert.DoesNotContain((await _tool.RunAsync("webhook", "list", "--json")).Lines, one => one.GetProperty("id").GetString() == id);
    }

    [Fact]
    public async Task What_is_not_signed_is_refused()
    {
        var port = FreePort();
        var error = new Noticing("Listening on", () => { });
        var listening = _tool.RunAsync(
            Stream.Null, new StringWriter(), error, ["webhook", "listen", "--port", $"{port}", "--count", "1", "--secret", Secret], default);
        using var http = new HttpClient();
        var address = new Uri($"http://127.0.0.1:{port}/");

        var read = await http.GetAsync(address);
        var forged = await http.PostAsync(address, new StringContent("{\"type\":\"overage\"}"));
        var ran = (await listening).Succeeded();

        Assert.Equal((HttpStatusCode.MethodNotAllowed, HttpStatusCode.Unauthorized), (read.StatusCode, forged.StatusCode));
        Assert.Contains("✗ overage", ran.Output, StringComparison.Ordinal);
        Assert.Contains("refused: a webhook- header is missing", ran.Output, StringComparison.Ordinal);
        (await _tool.RunAsync("webhook", "listen")).Failed(2, "--secret", "--register");
        (await _tool.RunAsync("webhook", "listen", "--secret", "abc")).Failed(2, "not a webhook secret");
    }

    [Fact]
    public void A_signature_holds_for_its_message_its_time_and_its_secret_alone()
    {
        // From docs/webhooks.md, computed by its Python function.
        var (key, body, now) = (Signature.Key(Secret)!, Encoding.UTF8.GetBytes("{}"), DateTimeOffset.FromUnixTimeSeconds(1_800_000_000));
        var signature = "v1," + Convert.ToBase64String(
            System.Security.Cryptography.HMACSHA256.HashData(key, Encoding.UTF8.GetBytes("msg_1.1800000000.{}")));

        Assert.Null(Signature.WhyNot(key, "msg_1", "1800000000", "v1,other " + signature, body, now.AddMinutes(4)));
        Assert.Contains("does not match this secret", Signature.WhyNot(key, "msg_2", "1800000000", signature, body, now), StringComparison.Ordinal);
        Assert.Contains("does not match this secret", Signature.WhyNot(key, "msg_1", "1800000000", signature, [1], now), StringComparison.Ordinal);
        Assert.Contains("5 minutes", Signature.WhyNot(key, "msg_1", "1800000000", signature, body, now.AddMinutes(6)), StringComparison.Ordinal);
        Assert.Contains("5 minutes", Signature.WhyNot(key, "msg_1", "99999999999999", signature, body, now), StringComparison.Ordinal);
        Assert.Null(Signature.Key("whsec_"));
        Assert.Null(Signature.Key("whsec_?"));
    }

    public void Dispose() => _tool.Dispose();

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
