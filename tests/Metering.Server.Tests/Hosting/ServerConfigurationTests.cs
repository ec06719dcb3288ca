using Metering.Server.Hosting;
using Metering.Server.Tests.Support;

namespace Metering.Server.Tests.Hosting;

/// <summary>Where the server's settings come from, and what may stop its start.</summary>
public sealed class ServerConfigurationTests
{
    [Fact]
    public async Task Settings_beside_the_program_count_wherever_it_is_started_and_the_command_line_wins()
    {
        using var folder = new DataFolder();
        await File.WriteAllTextAsync(
            Path.Combine(folder.Path, "appsettings.json"), """{"Metering":{"Data":"beside","Shards":3},"Urls":"http://127.0.0.1:8181"}""");
        await File.WriteAllTextAsync(Path.Combine(folder.Path, "appsettings.Production.json"), """{"Metering":{"MaxShardQueue":50}}""");

        using var configuration = ServerConfiguration.Builder(ServerCommandLine.Parse(["--Metering:Shards=5"]), folder.Path).Configuration;

        Assert.Equal(
            ("beside", "5", "50", "http://127.0.0.1:8181"),
            (configuration["Metering:Data"], configuration["Metering:Shards"], configuration["Metering:MaxShardQueue"],
                configuration["urls"]));
    }

    [Fact]
    public async Task Levels_of_the_log_can_be_set_also_where_the_server_has_its_own()
    {
        using var folder = new DataFolder();
        await File.WriteAllTextAsync(
            Path.Combine(folder.Path, "appsettings.json"), """{"Logging":{"LogLevel":{"Microsoft.AspNetCore":"Debug"}}}""");

        using var configuration = ServerConfiguration.Builder(ServerCommandLine.Parse([]), folder.Path).Configuration;

        Assert.Equal(
            ("Debug", "Information"),
            (configuration["Logging:LogLevel:Microsoft.AspNetCore"], configuration["Logging:LogLevel:Default"]));
    }

    [Theory]
    [InlineData("--Logging:LogLevel:Default=Loud", "Logging:LogLevel:Default is 'Loud'")]
    [InlineData("--Logging:Console:LogLevel:Metering=4", "Logging:Console:LogLevel:Metering is '4'")]
    public void A_level_that_is_none_is_refused(string argument, string told)
    {
        var refused = Assert.Throws<CommandLineException>(() => MeteringServer.Build([argument]));

        Assert.StartsWith(told, refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("foo")]
    [InlineData("http://127.0.0.1:65536")]
    [InlineData("ftp://127.0.0.1:80")]
    [InlineData("http://127.0.0.1:80/metering")]
    public void An_address_that_is_none_is_refused_before_anything_is_opened(string address)
    {
        var check = new AddressCheck(["http://*:8080", "https://[::1]:0", address]);

        var refused = Assert.Single(check.Validate(null, new ServerOptions()).Failures!);
        Assert.StartsWith($"'{address}' is no address to listen on", refused, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2, "--Kestrel:Endpoints:x:Url=https://127.0.0.1:0", "--Kestrel:Certificates:Default:Path=none.pfx")]
    [InlineData(2, "--Kestrel:Endpoints:x:Port=80")]
    public async Task What_hinders_listening_is_told_with_its_exit_code(int code, params string[] settings)
    {
        using var folder = new DataFolder();
        using var taken = new System.Net.Sockets.TcpListener(System.Net.IPAddress.Loopback, 0);
        taken.Start();
        await using var app = MeteringServer.Build(
            ["--data", folder.Path, "--urls", $"http://{taken.LocalEndpoint}", "--Logging:LogLevel:Default=None", .. settings]);

        var told = await Assert.ThrowsAsync<ListeningException>(() => OnlineCommand.RunAsync(app, CancellationToken.None));

        Assert.Equal(code, told.ExitCode);
    }

    [Fact]
    public async Task Https_without_a_certificate_stops_the_start_with_code_2_and_one_sentence()
    {
        using var folder = new DataFolder();

        var (code, output) = await ServerProcess.RunInAsync(
            folder.Path, null, "--urls", "https://127.0.0.1:0", "--Logging:LogLevel:Default=None");

        Assert.Equal(2, code);
        Assert.StartsWith("An https address needs a certificate: ", output, StringComparison.Ordinal);
        Assert.Single(output.Trim().Split(Environment.NewLine));
    }

    [Fact]
    public async Task A_broken_file_of_settings_stops_the_start_with_code_2_and_one_sentence_without_its_content()
    {
        using var folder = new DataFolder();
        var file = Path.Combine(folder.Path, "appsettings.json");
        await File.WriteAllTextAsync(file, "{\"Metering\":\n{\"BootstrapToken\": secret}}");

        var (code, output) = await ServerProcess.RunInAsync(folder.Path, null);

        Assert.Equal(2, code);
        Assert.Equal($"Failed to load configuration from file '{file}': it is not valid JSON; look at line 2.", output.Trim());
    }
}
