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

    public static Option<bool> Yes => new("--yes", "-y") { Description = "Don't ask for confirmation." };

    public static Option<string> Reason => new("--reason") { Description = "Why; kept in the ledger.", HelpName = "text" };

    public static Option<string> Reference => new("--reference")
    {
        Description = "Your own reference, such as a ticket number; kept in the ledger.", HelpName = "text",
    };

    public static Option<string> Key => new("--idempotency-key")
    {
        Description = "Retries of this command with the same key are done only once.", HelpName = "key",
    };

    public static Option<string> Metadata => new("--metadata") { Description = "A JSON object to store with it.", HelpName = "json" };

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
