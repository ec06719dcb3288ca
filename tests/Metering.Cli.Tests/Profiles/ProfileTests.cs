using Metering.Cli.Tests.Support;
using Metering.Client.Tests.Support;

namespace Metering.Cli.Tests.Profiles;

/// <summary>Logins: kept for their owner alone, and sent to nobody else.</summary>
[Collection(MeterCollection.Name)]
public sealed class ProfileTests(Meter meter) : IDisposable
{
    private readonly Tool _tool = new();

    [Fact]
    public async Task A_login_is_kept_in_a_file_that_only_its_owner_reads_and_used_from_then_on()
    {
        var login = (await LoginAsync("prod")).Succeeded();
        (await LoginAsync("other")).Succeeded();
        var used = await _tool.RunAsync("license", "list", "--tenant", "nobody", "--profile", "prod");
        var list = await _tool.RunAsync("profiles");

        Assert.Contains("as the profile prod", login.Output, StringComparison.Ordinal);
        Assert.DoesNotContain(Meter.Token, login.Output + login.Error, StringComparison.Ordinal);
        Assert.Equal("There are no licenses.\n", used.Succeeded().Output);
        Assert.Equal(["PROFILE  ADDRESS", $"*  other    {meter.Address}", $"   prod     {meter.Address}"], Trimmed(list));
        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(_tool.PathOf("settings/profiles.json")));
        }
    }

    [Fact]
    public async Task A_token_that_the_meter_does_not_know_is_not_kept()
    {
        (await _tool.RunAsync("wrong\n", ["login", meter.Address.ToString()])).Failed(4, "does not know that token", "Nothing was stored");
        (await _tool.RunAsync("", ["login", meter.Address.ToString()])).Failed(2, "There is no token");
        (await _tool.RunAsync("t\n", ["login", "ftp://meter"])).Failed(2, "is not an address");
        (await _tool.RunAsync("t\n", ["login", "http://127.0.0.1:1/"])).Failed(3, "can't be reached", "meter doctor");
        Assert.False(File.Exists(_tool.PathOf("settings/profiles.json")));
    }

    [Fact]
    public async Task Who_is_not_logged_in_is_told_how()
    {
        (await _tool.RunAsync("license", "list")).Failed(2, "You are not logged in", "meter login");
        await LoginAsync("prod");
        (await _tool.RunAsync("license", "list", "--profile", "prdo")).Failed(2, "There is no profile 'prdo'", "prod");
        (await _tool.RunAsync("logout", "prdo")).Failed(1, "There is no profile 'prdo'");
        (await _tool.RunAsync("logout", "--json")).Succeeded();
        (await _tool.RunAsync("license", "list")).Failed(2, "You are not logged in");
    }

    [Fact]
    public async Task The_environment_wins_and_a_token_goes_to_no_other_address()
    {
        await LoginAsync("prod");
        _tool["METERING_URL"] = "http://127.0.0.1:1/";
        (await _tool.RunAsync("license", "list")).Failed(2, "is for", "not sent to http://127.0.0.1:1/");
        _tool["METERING_TOKEN"] = "wrong";
        (await _tool.RunAsync("license", "list", "--url", meter.Address.ToString())).Failed(4, "does not know the token");
        (await _tool.RunAsync("license", "list", "--profile", "prod")).Succeeded();
    }

    [Fact]
    public async Task A_file_of_logins_that_is_torn_is_named()
    {
        Directory.CreateDirectory(_tool.PathOf("settings"));
        _tool.Write("settings/profiles.json", """{"current":"pro""");
        (await _tool.RunAsync("license", "list")).Failed(5, "profiles.json", "log in again");
    }

    public void Dispose() => _tool.Dispose();

    private static IEnumerable<string> Trimmed(Ran ran) =>
        ran.Succeeded().Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select((line, index) => index == 0 ? line.Trim() : line);

    private Task<Ran> LoginAsync(string name) => _tool.RunAsync(Meter.Token + "\n", ["login", meter.Address.ToString(), "--as", name]);
}
