using System.Net.Sockets;
using System.Text;
using Metering.Server.Tests.Support;

namespace Metering.Server.Tests.Hosting;

/// <summary>A header that is not UTF-8 is not refused by the web server, without a word.</summary>
public sealed class HeaderTests
{
    [Theory]
    [InlineData("GET", "/health/live", "X-Name: \u00e9", "200 OK", "live")]
    [InlineData("GET", "/api/v1/plans", "Authorization: Bearer \u00e9", "401 Unauthorized", "application/problem+json")]
    [InlineData("GET", "/api/v1/plans", "X-Name: \u00e9", "401 Unauthorized", "application/problem+json")]
    public async Task The_api_answers(string method, string path, string header, string status, string part)
    {
        using var folder = new DataFolder();
        await using var app = MeteringServer.Build(["--urls", "http://127.0.0.1:0", "--data", folder.Path]);
        await app.StartAsync();
        using var client = new TcpClient();
        await client.ConnectAsync("127.0.0.1", new Uri(app.Urls.First()).Port);
        var stream = client.GetStream();

        await stream.WriteAsync(
            Encoding.Latin1.GetBytes($"{method} {path} HTTP/1.1\r\nHost: localhost\r\n{header}\r\nConnection: close\r\n\r\n"));
        var answer = await new StreamReader(stream, Encoding.UTF8).ReadToEndAsync();
        await app.StopAsync();

        Assert.StartsWith("HTTP/1.1 " + status, answer, StringComparison.Ordinal);
        Assert.Contains(part, answer, StringComparison.Ordinal);
    }
}
