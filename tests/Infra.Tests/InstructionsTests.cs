using System.Text.RegularExpressions;

namespace Infra.Tests;

/// <summary>The commands that the READMEs give for the Functions app fit the layout of the repository.</summary>
public sealed partial class InstructionsTests
{
    /// <summary>
    /// The tools climb from where they are started to the next <c>host.json</c>, which is at the root, where there is no project to
    /// build. In the output it lies beside the app, and there is nothing to build.
    /// </summary>
    [Theory]
    [InlineData("README.md")]
    [InlineData("infra/README.md")]
    public void The_tools_are_started_in_the_output_and_do_not_build(string file)
    {
        string text = Repository.Read(file);
        MatchCollection commands = Tool().Matches(text);
        Assert.NotEmpty(commands);
        Assert.All(commands, command =>
        {
            Assert.Contains($"--output {command.Groups["folder"].Value}", text, StringComparison.Ordinal);
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

    [GeneratedRegex(@"\(cd (?<folder>\S+) && func (?<arguments>[^)\n]+)\)")]
    private static partial Regex Tool();

    [GeneratedRegex("(?m)(^|&& )func (start|azure)")]
    private static partial Regex AnyTool();
}
