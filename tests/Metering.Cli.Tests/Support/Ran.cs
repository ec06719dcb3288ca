using System.Text.Json;

namespace Metering.Cli.Tests.Support;

/// <summary>What came of a run of the tool.</summary>
public sealed record Ran(int Exit, string Output, string Error)
{
    /// <summary>The one document that it wrote.</summary>
    public JsonElement Json => JsonElement.Parse(Output);

    /// <summary>The lines of JSON that it wrote.</summary>
    public IReadOnlyList<JsonElement> Lines =>
        [.. Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonElement.Parse(line))];

    public Ran Succeeded()
    {
        Assert.True(Exit == 0, $"exit {Exit}: {Error}{Output}");
        return this;
    }

    /// <summary>That it ended with an exit code, wrote no answer, and said one sentence that has these words.</summary>
    public void Failed(int exit, params string[] words)
    {
        Assert.True(Exit == exit, $"exit {Exit}: {Error}{Output}");
        Assert.Empty(Output);
        Assert.StartsWith("error: ", Error.Split('\n', StringSplitOptions.RemoveEmptyEntries)[^1], StringComparison.Ordinal);
        foreach (var word in words)
        {
            Assert.Contains(word, Error, StringComparison.Ordinal);
        }
    }
}
