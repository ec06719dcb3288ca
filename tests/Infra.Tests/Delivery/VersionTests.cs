using System.Text.Json;
using System.Text.RegularExpressions;
using YamlDotNet.RepresentationModel;

namespace Infra.Tests.Delivery;

/// <summary>Image, workflows and development container take the same versions of .NET and Node.js as the repository.</summary>
public sealed partial class VersionTests
{
    private static readonly string[] Workflows = ["ci.yml", "mutants.yml", "release.yml"];

    [Fact]
    public void The_sdk_of_the_image_and_of_the_container_fits_global_json()
    {
        using JsonDocument global = Repository.ReadJson("global.json");
        var asked = Version.Parse(global.RootElement.GetProperty("sdk").GetProperty("version").GetString()!);
        var image = Version.Parse(Number().Match(Dockerfile.TagOf("/sdk")).Value);

        Assert.True(image >= asked && image.Major == asked.Major, $"{image} for {asked}");
        Assert.Equal(image, Version.Parse(Feature("dotnet")));
    }

    [Fact]
    public void The_runtime_of_the_image_is_that_of_the_projects()
    {
        string framework = Framework().Match(Repository.Read("Directory.Build.props")).Groups["version"].Value;

        Assert.StartsWith(framework + ".", Dockerfile.TagOf("/aspnet"), StringComparison.Ordinal);
    }

    [Fact]
    public void The_workflows_take_the_sdk_of_global_json_and_the_node_of_the_container()
    {
        foreach (YamlNode step in Workflows.SelectMany(Steps))
        {
            if (step.Text("uses")?.StartsWith("actions/setup-dotnet@", StringComparison.Ordinal) == true)
            {
                Assert.Equal("global.json", step.Text("with.global-json-file"));
            }

            if (step.Text("uses")?.StartsWith("actions/setup-node@", StringComparison.Ordinal) == true)
            {
                Assert.Equal(Feature("node"), step.Text("with.node-version"));
            }
        }

        Assert.True(int.Parse(Feature("node"), System.Globalization.CultureInfo.InvariantCulture) >= 20, "README.md asks for 20");
    }

    // A tag of an action can be moved; a commit can't.
    [Fact]
    public void Actions_are_named_by_their_commits()
    {
        string[] used = [.. Directory.EnumerateFiles(Repository.PathOf(".github", "workflows"))
            .SelectMany(File.ReadAllLines).Where(line => line.Contains("uses:", StringComparison.Ordinal))];

        Assert.NotEmpty(used);
        Assert.All(used, line => Assert.Matches(PinnedAction(), line));
    }

    private static IEnumerable<YamlNode> Steps(string workflow) =>
        Yaml.Read(".github", "workflows", workflow).Map("jobs").Values.SelectMany(job => job.List("steps"));

    private static string Feature(string name)
    {
        using JsonDocument container = Repository.ReadJson(".devcontainer", "devcontainer.json");
        return container.RootElement.GetProperty("features").EnumerateObject()
            .Single(feature => feature.Name.Contains($"/{name}:", StringComparison.Ordinal)).Value.GetProperty("version").GetString()!;
    }

    [GeneratedRegex("<TargetFramework>net(?<version>[^<]+)<")]
    private static partial Regex Framework();

    [GeneratedRegex(@"^\d+\.\d+\.\d+")]
    private static partial Regex Number();

    [GeneratedRegex(@"^ +- uses: [\w.-]+/[\w.-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$")]
    private static partial Regex PinnedAction();
}
