using System.CommandLine;

namespace Metering.Cli.Runs;

/// <summary>Options that every command takes.</summary>
internal static class GlobalOptions
{
    /// <summary>The variable that wins over a profile's address.</summary>
    public const string UrlVariable = "METERING_URL";

    /// <summary>The variable that wins over a profile's token.</summary>
    public const string TokenVariable = "METERING_TOKEN";

    public static readonly Option<string> Profile = new("--profile", "-p")
    {
        Description = "Which login to use (default: the one last logged in, or METERING_PROFILE).", Recursive = true, HelpName = "name",
    };

    public static readonly Option<string> Url = new("--url")
    {
        Description = $"The meter's address; wins over {UrlVariable}, which wins over the profile.", Recursive = true, HelpName = "address",
    };

    public static readonly Option<bool> Json = new("--json")
    {
        Description = "Write JSON to standard output and nothing else: one document, or one line per item of a stream.", Recursive = true,
    };

    public static readonly Option<bool> NoColor = new("--no-color")
    {
        Description = "No colors; the same as setting NO_COLOR.", Recursive = true,
    };

    public static IEnumerable<Option> All => [Profile, Url, Json, NoColor];
}
