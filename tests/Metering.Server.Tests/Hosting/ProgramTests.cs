using Metering.Server.Hosting;
using Metering.Server.Storage;
using Metering.Server.Tests.Support;

namespace Metering.Server.Tests.Hosting;

/// <summary>The program as people start it.</summary>
public sealed class ProgramTests
{
    [Fact]
    public async Task A_wrong_option_stops_the_start_with_code_2()
    {
        using var folder = new DataFolder();

        var (code, output) = await ServerProcess.RunAsync("--data", folder.Path, "--Metering:Shards=0");

        Assert.Equal(2, code);
        Assert.Contains("Metering:Shards is '0', but must be a whole number from 1 to 64.", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_directory_in_use_stops_the_start_with_code_1_and_says_so()
    {
        using var folder = new DataFolder();
        using var taken = DataDirectory.Take(folder.Path);

        var (code, output) = await ServerProcess.RunAsync("--data", folder.Path);

        Assert.Equal(1, code);
        Assert.Contains("in use by another server", output, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_address_that_cannot_be_used_stops_the_start_with_code_1()
    {
        using var folder = new DataFolder();

        var (code, output) = await ServerProcess.RunAsync("--data", folder.Path, "--urls", "http://192.0.2.1:9");

        Assert.Equal(1, code);
        Assert.Contains("--urls", output, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Help_names_the_options_and_commands()
    {
        var (code, output) = await ServerProcess.RunAsync("--help");

        Assert.Equal(0, code);
        Assert.All(["--urls", "--data", "--demo", "--test-clock", "verify", "token"], word => Assert.Contains(word, output, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_made_token_is_printed_and_opens_the_server()
    {
        using var folder = new DataFolder();
        var (code, output) = await ServerProcess.RunAsync("token", "create", "--scopes", "read", "--name", "ci", "--data", folder.Path);
        var token = output.Trim();
        using var server = await ServerProcess.StartAsync(folder.Path);

        Assert.Equal(0, code);
        Assert.Equal(System.Net.HttpStatusCode.OK, await StatusAsync(server, token));
        Assert.Equal(System.Net.HttpStatusCode.Unauthorized, await StatusAsync(server, token + "x"));
    }

    [Fact]
    public async Task Demo_data_can_be_put_in_twice_and_verifies()
    {
        using var folder = new DataFolder();
        for (var start = 0; start < 2; start++)
        {
            await using var app = MeteringServer.Build(["--urls", "http://127.0.0.1:0", "--data", folder.Path, "--demo"]);
            await app.StartAsync();
            await app.StopAsync();
        }

        var (code, output) = await ServerProcess.RunAsync("verify", "--data", folder.Path);

        Assert.Equal(0, code);
        Assert.Contains("All agrees: 2 licenses, 6 ledger entries.", output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--dat")]
    [InlineData("start")]
    [InlineData("--Metering:Shards")]
    public void What_is_not_understood_is_refused(string word)
    {
        var refused = Assert.Throws<ServerOptionsException>(() => MeteringServer.Build([word]));

        Assert.Contains(word, refused.Message, StringComparison.Ordinal);
    }

    private static async Task<System.Net.HttpStatusCode> StatusAsync(ServerProcess server, string token)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/api/v1/licenses");
        request.Headers.Authorization = new("Bearer", token);
        using var response = await server.Client.SendAsync(request);
        return response.StatusCode;
    }
}
