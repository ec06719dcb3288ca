using Metering.Server.Hosting;
using Metering.Server.Tests.Support;

namespace Metering.Server.Tests.Hosting;

/// <summary>What a container asks the server for, with its own program.</summary>
public sealed class HealthCommandTests
{
    [Fact]
    public async Task A_server_that_can_count_is_healthy()
    {
        using var folder = new DataFolder();
        await using var server = MeteringServer.Build(["--urls", "http://127.0.0.1:0", "--data", folder.Path]);
        await server.StartAsync();

        var url = server.Urls.Single();
        Assert.Equal((0, "The server is ready."), await AskAsync(url));
        await server.StopAsync();
        var (code, told) = await AskAsync(url);
        Assert.Equal(1, code);
        Assert.Contains("does not answer", told, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("nonsense")]
    [InlineData("localhost:8080")]
    [InlineData("ftp://127.0.0.1")]
    public async Task What_is_not_the_address_of_a_server_is_told(string url)
    {
        var told = await Assert.ThrowsAsync<CommandLineException>(() => AskAsync(url));
        Assert.Contains($"--url: '{url}' is not an address", told.Message, StringComparison.Ordinal);
    }

    private static async Task<(int Code, string Told)> AskAsync(string url)
    {
        using var told = new StringWriter();
        return (await HealthCommand.RunAsync(url, told, default), told.ToString().Trim());
    }
}
