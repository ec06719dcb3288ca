using Infra.Tests.Checks;

namespace Infra.Tests;

/// <summary>The page with every option says what the classes of options say.</summary>
public sealed class OptionsPageTests
{
    private const string WriteVariable = "METERING_WRITE_OPTIONS";

    [Fact]
    public void The_page_has_every_option_as_the_code_has_it()
    {
        string page = Repository.Read("docs", "options.md").ReplaceLineEndings("\n");
        string right = OptionsPage.Write(page);
        if (Environment.GetEnvironmentVariable(WriteVariable) == "1")
        {
            File.WriteAllText(Repository.PathOf("docs", "options.md"), right);
            page = right;
        }

        IEnumerable<string> missing = right.Split('\n').Except(page.Split('\n'));
        Assert.True(page == right, $"""
            docs/options.md does not say what the code says. It lacks:
            {string.Join('\n', missing)}
            Write its tables anew: {WriteVariable}=1 dotnet test tests/Infra.Tests --filter {nameof(OptionsPageTests)}
            """);
    }
}
