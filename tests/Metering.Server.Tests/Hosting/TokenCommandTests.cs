using Metering.Server.Tests.Support;

namespace Metering.Server.Tests.Hosting;

/// <summary>Tokens at the first start and by command, on a server that runs and on one that does not.</summary>
public sealed class TokenCommandTests
{
    [Fact]
    public async Task Where_logs_are_json_the_first_token_goes_to_a_file_of_this_user_and_not_to_the_output()
    {
        using var folder = new DataFolder();
        await using var app = MeteringServer.Build(["--urls", "http://127.0.0.1:0", "--data", folder.Path, "--Metering:JsonLogs=true"]);
        await app.StartAsync();
        var file = Path.Combine(folder.Path, "first-start.txt");
        var token = (await File.ReadAllTextAsync(file)).Split(' ').Last().Trim();

        using var client = new HttpClient { BaseAddress = new Uri(app.Urls.First()) };
        client.DefaultRequestHeaders.Authorization = new("Bearer", token);
        Assert.Equal(System.Net.HttpStatusCode.OK, (await client.GetAsync("/api/v1/tokens")).StatusCode);
        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));
        }

        await app.StopAsync();
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

        // While the server runs the command calls it; without its address it says how.
        Assert.Contains("--url", (await ServerProcess.RunAsync("token", "list", "--data", folder.Path)).Output, StringComparison.Ordinal);
        var url = server.Client.BaseAddress!.ToString();
        var (_, listed) = await ServerProcess.RunAsync("token", "list", "--url", url);
        var id = listed.Split('\n').Single(line => line.EndsWith(" ci", StringComparison.Ordinal)).Split(' ')[0];
        Assert.Equal(0, (await ServerProcess.RunAsync("token", "revoke", id, "--url", url)).ExitCode);
        Assert.Equal(System.Net.HttpStatusCode.Unauthorized, await StatusAsync(server, token));
        Assert.Equal(2, (await ServerProcess.RunAsync("token", "create", "--scopes", "root", "--url", url)).ExitCode);
        Assert.Equal(2, (await ServerProcess.RunAsync("token", "create", "--scopes", "manage", "--tenant", "", "--data", folder.Path)).ExitCode);
        var (made, another) = await ServerProcess.RunAsync("token", "create", "--scopes", "read", "--tenant", "acme", "--url", url);
        Assert.Equal((0, System.Net.HttpStatusCode.OK), (made, await StatusAsync(server, another.Trim())));
    }

    [Fact]
    public async Task A_token_can_be_listed_and_revoked_while_the_server_is_stopped()
    {
        using var folder = new DataFolder();
        await ServerProcess.RunAsync("token", "create", "--scopes", "read,ingest", "--name", "ci", "--data", folder.Path);
        var (listed, output) = await ServerProcess.RunAsync("token", "list", "--data", folder.Path);
        Assert.Equal(0, listed);
        Assert.Matches("^tok_[a-z2-7]{24}  read,ingest .* ci\\s*$", output);

        var id = output.Split(' ')[0];
        Assert.Equal(0, (await ServerProcess.RunAsync("token", "revoke", id, "--data", folder.Path)).ExitCode);
        Assert.Equal(1, (await ServerProcess.RunAsync("token", "revoke", id, "--data", folder.Path)).ExitCode);
        Assert.Equal("", (await ServerProcess.RunAsync("token", "list", "--data", folder.Path)).Output.Trim());
    }

    private static async Task<System.Net.HttpStatusCode> StatusAsync(ServerProcess server, string token)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/api/v1/licenses");
        request.Headers.Authorization = new("Bearer", token);
        using var response = await server.Client.SendAsync(request);
        return response.StatusCode;
    }
}
