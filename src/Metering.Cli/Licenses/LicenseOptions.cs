using System.CommandLine;
using System.Text.Json;
using Metering.Cli.Runs;

namespace Metering.Cli.Licenses;

/// <summary>Arguments and options of commands about one license.</summary>
internal static class LicenseOptions
{
    public static Argument<string> License => new("license") { Description = "The license's id, lic_…" };

    public static Argument<string> Feature => new("feature") { Description = "The feature's code." };

    public static Argument<decimal> Amount => new("amount") { Description = "Units." };

    public static Option<bool> Yes => new("--yes", "-y") { Description = "Don't ask." };

    public static Option<string> Reason => new("--reason") { Description = "Why; kept in the ledger.", HelpName = "text" };

    public static Option<string> Reference => new("--reference")
    {
        Description = "What your books call it, such as a ticket; kept in the ledger.", HelpName = "text",
    };

    public static Option<string> Key => new("--idempotency-key")
    {
        Description = "What makes a repeat of this command the same one: with the same key it is done once.", HelpName = "key",
    };

    public static Option<string> Metadata => new("--metadata") { Description = "A JSON object to keep with it.", HelpName = "json" };

    /// <exception cref="ToolException">It is no JSON.</exception>
    public static JsonElement? Json(string? text)
    {
        try
        {
            return text is null ? null : JsonElement.Parse(text);
        }
        catch (JsonException)
        {
            throw new ToolException(ExitCode.WrongInput, $"--metadata must be a JSON object such as {{\"crm\":4711}}, and not {text}.");
        }
    }
}
