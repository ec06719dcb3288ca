using System.Text.Json;
using System.Text.RegularExpressions;
using Metering.Api;
using Metering.Server;
using Metering.Server.Hosting;
using YamlDotNet.RepresentationModel;

namespace Infra.Tests.Delivery;

/// <summary>
/// What runs the server elsewhere (image, compose file, unit of systemd) and what builds it there (workflows) fits the server and the
/// repository. None of it can be run in a test, for it needs Docker, systemd or GitHub.
/// </summary>
public sealed partial class DeliveryTests
{
    // What .NET reads itself.
    private static readonly string[] Platform = ["ASPNETCORE_HTTP_PORTS", "ASPNETCORE_URLS", "DOTNET_EnableDiagnostics"];
    private static readonly string Unit = Repository.Read("deploy", "systemd", "metering.service");
    private static readonly YamlNode Service = Yaml.Read("docker-compose.yml").At("services.meter")!;

    // Longer than the server takes at most to stop: Program.cs.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(35);

    [Fact]
    public void A_variable_that_is_set_is_an_option_or_the_platforms()
    {
        string[] options =
        [
            .. OptionProperty.Of(typeof(ServerOptions)).Select(option => $"Metering__{option.Name}"), "METERING_BOOTSTRAP_TOKEN",
        ];
        string[] set =
        [
            .. Dockerfile.Variables.Keys, .. Service.Map("environment").Keys,
            .. Setting().Matches(Unit).Where(match => match.Groups["name"].Value == "Environment")
                .Select(match => match.Groups["value"].Value.Split('=')[0]),
        ];

        Assert.Contains("Metering__Data", set);
        Assert.Empty(set.Except(options).Except(Platform));
    }

    [Fact]
    public void The_image_runs_as_nobody_with_its_data_in_a_volume_and_asks_for_its_health_without_a_shell()
    {
        Assert.EndsWith("-chiseled", Dockerfile.TagOf("/aspnet"), StringComparison.Ordinal);
        Assert.Matches(@"^[1-9]\d*:[1-9]\d*$", Dockerfile.Last("USER"));
        Assert.Equal(Dockerfile.Variables["Metering__Data"], Dockerfile.Last("VOLUME"));
        Assert.Equal("""["dotnet", "/app/Metering.Server.dll"]""", Dockerfile.Last("ENTRYPOINT"));
        Assert.EndsWith(
            """CMD ["dotnet", "/app/Metering.Server.dll", "health"]""", Dockerfile.Last("HEALTHCHECK"), StringComparison.Ordinal);
        Assert.Empty(ServerCommandLine.Create().Parse("health").Errors);

        // The command asks there.
        Assert.EndsWith(":8080", Dockerfile.Variables["ASPNETCORE_URLS"], StringComparison.Ordinal);
        Assert.EndsWith(":8080", MeteringServer.DefaultUrl, StringComparison.Ordinal);
    }

    [Fact]
    public void The_compose_file_gives_the_image_no_more_than_it_needs()
    {
        Assert.Equal("data:" + Dockerfile.Last("VOLUME"), ((YamlScalarNode)Assert.Single(Service.List("volumes"))).Value);
        Assert.Equal("127.0.0.1:8080:" + Dockerfile.Last("EXPOSE"), ((YamlScalarNode)Assert.Single(Service.List("ports"))).Value);
        Assert.Equal("true", Service.Text("read_only"));
        Assert.Equal("ALL", ((YamlScalarNode)Assert.Single(Service.List("cap_drop"))).Value);
    }

    [Fact]
    public void Whoever_stops_the_server_gives_it_the_time_that_it_may_take()
    {
        Assert.True(Seconds(Service.Text("stop_grace_period")!) > Patience);
        Assert.True(Seconds(Value("TimeoutStopSec")) > Patience);
    }

    [Fact]
    public void The_unit_does_not_start_a_server_again_that_was_set_up_wrong()
    {
        Assert.Equal("2", Value("RestartPreventExitStatus"));
        Assert.Equal("on-failure", Value("Restart"));
        Assert.Contains($"Metering__Data=/var/lib/{Value("StateDirectory")}", Unit, StringComparison.Ordinal);
        Assert.Equal("/etc/" + Value("ConfigurationDirectory"), Value("WorkingDirectory"));
    }

    [Theory]
    [InlineData("ProtectSystem", "strict")]
    [InlineData("User", "metering")]
    [InlineData("NoNewPrivileges", "yes")]
    [InlineData("CapabilityBoundingSet", "")]
    [InlineData("SystemCallFilter", "@system-service")]
    public void The_unit_shuts_the_server_in(string setting, string value) => Assert.Equal(value, Value(setting));

    [Fact]
    public void What_is_copied_and_run_is_there()
    {
        Assert.All(
            Dockerfile.Instructions.Where(one => one.Name == "COPY" && !one.Said.StartsWith("--from", StringComparison.Ordinal))
                .SelectMany(one => one.Said.Split(' ')[..^1])
                .Concat(Repository.Read(".dockerignore").Split('\n').Where(line => line.StartsWith('!')).Select(line => line[1..]))
                .Concat(Project().Matches(Dockerfile.Last("RUN")).Select(match => match.Value))
                .Concat([".ci/run", ".devcontainer/setup.sh"]),
            path => Assert.True(Path.Exists(Repository.PathOf(path)), path));
    }

    [Fact]
    public void Every_package_of_npm_is_kept_up_to_date() => Assert.Equal(
        Directory.EnumerateFiles(Repository.PathOf("tests"), "package.json", SearchOption.AllDirectories)
            .Select(path => "/" + Path.GetRelativePath(Repository.Root, Path.GetDirectoryName(path)!).Replace('\\', '/'))
            .Where(folder => !Made().IsMatch(folder)).Order(StringComparer.Ordinal),
        Yaml.Read(".github", "dependabot.yml").List("updates").Where(update => update.Text("package-ecosystem") == "npm")
            .SelectMany(update => update.List("directories")).Select(folder => ((YamlScalarNode)folder).Value!).Order(StringComparer.Ordinal));

    [Fact]
    public void Continuous_integration_does_what_the_script_does_and_nothing_else()
    {
        YamlNode workflow = Yaml.Read(".github", "workflows", "ci.yml");

        Assert.Equal(["contents"], workflow.Map("permissions").Keys);
        Assert.Equal("read", workflow.Text("permissions.contents"));
        Assert.Equal(
            [".ci/run"],
            workflow.Map("jobs").Values.SelectMany(job => job.List("steps")).Select(step => step.Text("run")).OfType<string>());
    }

    [Fact]
    public void Mutants_of_the_rules_are_tested_at_night_and_too_many_that_survive_fail_the_run()
    {
        YamlNode workflow = Yaml.Read(".github", "workflows", "mutants.yml");
        using JsonDocument settings = Repository.ReadJson("tests", "Metering.Tests", "stryker-config.json");
        JsonElement stryker = settings.RootElement.GetProperty("stryker-config");

        Assert.Equal("read", workflow.Text("permissions.contents"));
        Assert.Single(workflow.List("on.schedule"));
        Assert.Contains(
            workflow.List("jobs.domain.steps"),
            step => step.Text("run") == "dotnet stryker ${{ matrix.mutate }}" && step.Text("working-directory") == "tests/Metering.Tests");
        Assert.True(stryker.GetProperty("thresholds").GetProperty("break").GetInt32() >= 85, "85 % are to be killed");

        // The jobs together mutate what a run by hand does.
        string[] mutated = [.. stryker.GetProperty("mutate").EnumerateArray().Select(glob => glob.GetString()!)];
        Assert.Equal(
            mutated.Order(),
            workflow.List("jobs.domain.strategy.matrix.include").SelectMany(job => job.Text("mutate")!.Split('"')[1..]
                .Where(glob => glob.EndsWith(".cs", StringComparison.Ordinal))).Order());
        Assert.All(mutated, glob => Assert.True(Path.Exists(Path.Combine(Repository.Root, "src", "Metering", glob.Split('/')[0])), glob));
    }

    [Fact]
    public void A_release_packs_the_client()
    {
        const string Packed = "<IsPackable>true</IsPackable>";

        Assert.Contains(
            $"grep --files-with-matches '{Packed}' src/*/*.csproj",
            Repository.Read(".github", "workflows", "release.yml"),
            StringComparison.Ordinal);
        Assert.Contains(Packed, Repository.Read("src", "Metering.Client", "Metering.Client.csproj"), StringComparison.Ordinal);
    }

    [Fact]
    public void A_release_may_write_only_where_it_publishes()
    {
        YamlNode workflow = Yaml.Read(".github", "workflows", "release.yml");

        Assert.Equal("read", workflow.Text("permissions.contents"));
        Assert.Null(workflow.At("jobs.test.permissions"));
        Assert.All(
            workflow.Map("jobs").Where(job => job.Key != "test"), job =>
            {
                Assert.Equal("test", job.Value.Text("needs"));
                Assert.Equal("read", job.Value.Text("permissions.contents"));
            });
        Assert.Null(workflow.At("jobs.packages.permissions.packages"));
    }

    [Fact]
    public void A_release_is_on_main()
    {
        YamlNode workflow = Yaml.Read(".github", "workflows", "release.yml");
        YamlNode[] steps = [.. workflow.List("jobs.test.steps")];

        Assert.Equal("0", steps[0].Text("with.fetch-depth"));
        Assert.Equal("git merge-base --is-ancestor \"$GITHUB_SHA\" origin/main", steps[1].Text("run"));
    }

    private static TimeSpan Seconds(string text) =>
        TimeSpan.FromSeconds(int.Parse(text.TrimEnd('s'), System.Globalization.CultureInfo.InvariantCulture));

    private static string Value(string setting) =>
        Setting().Matches(Unit).Single(match => match.Groups["name"].Value == setting).Groups["value"].Value;

    [GeneratedRegex(@"^(?<name>\w+)=(?<value>.*)$", RegexOptions.Multiline)]
    private static partial Regex Setting();

    [GeneratedRegex("/(node_modules|bin|obj)(/|$)")]
    private static partial Regex Made();

    [GeneratedRegex(@"\bsrc/[\w.]+")]
    private static partial Regex Project();
}
