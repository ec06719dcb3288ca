using System.Text.RegularExpressions;
using Infra.Tests.Compiler;

namespace Infra.Tests;

/// <summary>The commands that the pages give for the Functions app fit the layout of the repository.</summary>
[Collection(InfraCollection.Name)]
public sealed partial class InstructionsTests(InfraFixture fixture)
{
    /// <summary>
    /// The Azure Developer CLI publishes to the one resource with the tag of the service, and deploys the parameter file with the module's
    /// name.
    /// </summary>
    [Fact]
    public void The_developer_CLI_finds_the_app_and_its_parameters()
    {
        string project = Repository.Read("azure.yaml");
        string module = Value().Match(project, project.IndexOf("module:", StringComparison.Ordinal)).Groups["value"].Value;
        string folder = Value().Match(project, project.IndexOf("project:", StringComparison.Ordinal)).Groups["value"].Value;
        string service = Regex.Match(project, @"services:\s+(?<name>\w+):").Groups["name"].Value;
        Assert.True(File.Exists(Repository.PathOf(folder, "MeterFunctions.csproj")), folder);

        Deployment deployment = fixture.Infra.Deployments[$"infra/{module}.bicepparam"];
        DeployedResource app = Assert.Single(
            deployment.Resources, resource => resource.Property("tags/azd-service-name")?.GetString() == service);
        Assert.Equal("Microsoft.Web/sites", app.Type);
    }

    /// <summary>
    /// The third command sends what the second one has published: the whole folder, hidden parts too, to the app that the templates made.
    /// </summary>
    [Fact]
    public void What_is_published_is_what_is_packed_and_sent()
    {
        Match command = Deploy().Match(Repository.Read("infra", "README.md"));

        Assert.True(command.Success);
        Assert.Equal(command.Groups["output"].Value, command.Groups["folder"].Value);
        Assert.Equal(command.Groups["packed"].Value, command.Groups["sent"].Value);
        Assert.Contains("functionAppName", fixture.Infra.Template.Outputs.Select(output => output.Name));
    }

    /// <summary>
    /// Core Tools climb from where they are started to the next <c>host.json</c>, which is at the root, where there is no project to build.
    /// So they are started in an output, where it lies beside the app and there is nothing to build. From 4.7 on they also climb to a
    /// project file, and publish nothing to this plan without one: the output must lie below the project.
    /// </summary>
    [Theory]
    [InlineData("docs/functions-app.md")]
    [InlineData("infra/README.md")]
    public void The_tools_are_started_in_an_output_below_the_project_and_do_not_build(string file)
    {
        string text = Repository.Read(file);
        MatchCollection commands = Tool().Matches(text);
        Assert.NotEmpty(commands);
        Assert.All(commands, command =>
        {
            Assert.StartsWith("src/MeterFunctions/bin/", command.Groups["folder"].Value, StringComparison.Ordinal);
            Assert.Contains("--no-build", command.Groups["arguments"].Value, StringComparison.Ordinal);
        });
        Assert.Equal(commands.Count, AnyTool().Count(text));
    }

    [Fact]
    public void The_output_has_the_configuration_of_the_host_and_no_settings_of_a_developer()
    {
        string project = Repository.Read("src", "MeterFunctions", "MeterFunctions.csproj");
        Assert.Matches(@"<None Include=""../../host\.json""[^>]*CopyToOutputDirectory=""PreserveNewest""", project);
        Assert.Matches(@"<None Include=""../../local\.settings\.json""[^>]*CopyToPublishDirectory=""Never""", project);
    }

    [GeneratedRegex(
        @"dotnet publish src/MeterFunctions --configuration Release --output (?<output>\S+) &&\s+"
        + @"\(cd (?<folder>\S+) && zip -qrFS \.\./(?<packed>\S+) \.\) &&\s+az functionapp deployment source config-zip "
        + @"--resource-group meter-dev --name ""\$APP"" --src artifacts/(?<sent>\S+)")]
    private static partial Regex Deploy();

    [GeneratedRegex(@"\(cd (?<folder>\S+) && func (?<arguments>[^)\n]+)\)")]
    private static partial Regex Tool();

    [GeneratedRegex(@":\s*(?<value>\S+)")]
    private static partial Regex Value();

    [GeneratedRegex("(?m)(^|&& )func (start|azure)")]
    private static partial Regex AnyTool();

    /// <summary>Else the SDK would start it among the sources, and its data would lie there.</summary>
    [Fact]
    public void The_server_is_run_in_the_folder_where_dotnet_run_was_typed() => Assert.Contains(
        "<EnableDefaultRunWorkingDirectory>false</EnableDefaultRunWorkingDirectory>",
        Repository.Read("src", "Metering.Server", "Metering.Server.csproj"),
        StringComparison.Ordinal);
}
