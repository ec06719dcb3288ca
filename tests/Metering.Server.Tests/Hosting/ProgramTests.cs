using Metering.Server.Hosting;
using Metering.Server.Storage;
using Metering.Server.Tests.Support;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

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
    public async Task Wrong_and_unknown_options_are_told_together_and_stop_the_start_and_every_command()
    {
        using var folder = new DataFolder();
        const string Wrong = "Metering:Shardz is not an option: did you mean Shards?";

        var (code, output) = await ServerProcess.RunAsync(
            "--data", folder.Path, "--urls", "http://0.0.0.0:0", "--test-clock", "--Metering:Shardz=4", "--Metering:Api:MaxEvents=none",
            "--Metering:LedgerRetentionDays=1");
        var (offline, outputOffline) = await ServerProcess.RunAsync("verify", "--data", folder.Path, "--Metering:Shardz=4");

        Assert.Equal((2, 2), (code, offline));
        Assert.Equal(4, output.Trim().Split(Environment.NewLine).Length);
        Assert.All(
            [Wrong, "Metering:Api:MaxEvents", "Metering:LedgerRetentionDays", "Metering:TestClockInProduction"],
            word => Assert.Contains(word, output, StringComparison.Ordinal));
        Assert.Equal(Wrong, outputOffline.Trim());
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
        Assert.All(
            ["--urls", "--data", "--demo", "--test-clock", "verify", "token", "accept-files"],
            word => Assert.Contains(word, output, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("token", "list")]
    [InlineData("token", "create", "--scopes", "read", "--name", "ci")]
    [InlineData("token", "revoke", "tok_1")]
    [InlineData("lease-key", "rotate")]
    [InlineData("verify")]
    [InlineData("accept-files")]
    [InlineData("backup", "--to", "copy")]
    [InlineData("repair-clock")]
    public async Task A_command_makes_no_directory_and_says_that_there_is_none(params string[] command)
    {
        using var folder = new DataFolder();
        var mistyped = Path.Combine(folder.Path, "dta");

        var (code, output) = await ServerProcess.RunAsync([.. command, "--data", mistyped]);

        Assert.Equal(1, code);
        Assert.Contains($"There is no directory {mistyped}.", output, StringComparison.Ordinal);
        Assert.False(Directory.Exists(mistyped));
    }

    [Theory]
    [InlineData("lease-key", "rotate")]
    [InlineData("verify")]
    [InlineData("accept-files")]
    [InlineData("repair-clock")]
    public async Task A_command_makes_no_data_where_there_is_none(params string[] command)
    {
        using var folder = new DataFolder();

        var (code, output) = await ServerProcess.RunAsync([.. command, "--data", folder.Path]);

        Assert.Equal(1, code);
        Assert.Contains($"There is no meter.db in {folder.Path}.", output, StringComparison.Ordinal);
        Assert.Empty(Directory.EnumerateFileSystemEntries(folder.Path));
    }

    [Fact]
    public async Task A_command_works_on_the_directory_that_the_environments_settings_name()
    {
        using var folder = new DataFolder();
        using var data = new DataFolder();
        await File.WriteAllTextAsync(Path.Combine(folder.Path, "appsettings.json"), """{"Metering":{"Data":"elsewhere"}}""");
        await File.WriteAllTextAsync(
            Path.Combine(folder.Path, "appsettings.Staging.json"), $$$"""{"Metering":{"Data":"{{{data.Path}}}"}}""");

        var (code, output) = await ServerProcess.RunInAsync(
            folder.Path, "Staging", "token", "create", "--scopes", "read", "--name", "ci");

        Assert.True(code == 0, output);
        Assert.Contains("ci", (await ServerProcess.RunAsync("token", "list", "--data", data.Path)).Output, StringComparison.Ordinal);
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
        Assert.Contains("All agrees: 13 licenses, ", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_test_clock_on_an_address_that_others_can_reach_stops_the_start_with_code_2()
    {
        using var folder = new DataFolder();

        var (code, output) = await ServerProcess.RunAsync("--data", folder.Path, "--urls", "http://0.0.0.0:0", "--test-clock");

        Assert.Equal(2, code);
        Assert.Contains("Metering:TestClockInProduction", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_rotated_lease_key_signs_and_the_one_before_stays_valid()
    {
        using var folder = new DataFolder();
        string before;
        await using (var app = MeteringServer.Build(["--urls", "http://127.0.0.1:0", "--data", folder.Path]))
        {
            await app.StartAsync();
            before = (await app.Services.GetRequiredService<ILeaseKeys>().ReadAsync(CancellationToken.None)).Single().Id;
            await app.StopAsync();
        }

        var (code, output) = await ServerProcess.RunAsync("lease-key", "rotate", "--data", folder.Path);
        using var server = await ServerProcess.StartAsync(folder.Path);
        var listed = System.Text.Json.JsonDocument.Parse(
            await server.Client.GetStringAsync("/.well-known/jwks.json")).RootElement.GetProperty("keys")
            .EnumerateArray().Select(key => key.GetProperty("kid").GetString()).ToList();

        Assert.True(code == 0, output);
        Assert.Equal(2, listed.Count);
        Assert.Contains(listed[0]!, output, StringComparison.Ordinal);
        Assert.Equal(before, listed[1]);
    }

    [Fact]
    public async Task A_server_that_stops_unasked_says_so_with_its_exit_code()
    {
        using var folder = new DataFolder();
        await using var app = MeteringServer.Build(
            ServerCommandLine.Parse(["--urls", "http://127.0.0.1:0", "--data", folder.Path]),
                services => services.AddHostedService<Failing>());

        Assert.Equal(OnlineCommand.StoppedUnasked, await OnlineCommand.RunAsync(app, CancellationToken.None));
    }

    [Fact]
    public async Task A_server_that_was_told_to_stop_ends_with_code_0()
    {
        using var folder = new DataFolder();
        await using var app = MeteringServer.Build(["--urls", "http://127.0.0.1:0", "--data", folder.Path]);
        app.Lifetime.ApplicationStarted.Register(app.Lifetime.StopApplication);

        Assert.Equal(0, await OnlineCommand.RunAsync(app, CancellationToken.None));
    }

    [Theory]
    [InlineData("--dat")]
    [InlineData("start")]
    [InlineData("--Metering:Shards")]
    public void What_is_not_understood_is_refused(string word)
    {
        var refused = Assert.Throws<CommandLineException>(() => MeteringServer.Build([word]));

        Assert.Contains(word, refused.Message, StringComparison.Ordinal);
    }

    private sealed class Failing : BackgroundService
    {
        protected override async Task ExecuteAsync(CancellationToken stoppingToken)
        {
            await Task.Yield();
            throw new InvalidOperationException("It ends though nobody asked it to.");
        }
    }
}
