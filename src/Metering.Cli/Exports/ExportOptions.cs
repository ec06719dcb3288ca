using System.CommandLine;

namespace Metering.Cli.Exports;

/// <summary>What exports and schedules are both told.</summary>
internal static class ExportOptions
{
    public static Argument<string> Report => new Argument<string>("report") { Description = "What the file holds." }
        .AcceptOnlyFromAmong("usage", "billing", "ledger");

    public static Option<string> Format => new Option<string>("--format")
    {
        Description = "The file's format.", DefaultValueFactory = _ => "csv", HelpName = "format",
    }.AcceptOnlyFromAmong("csv", "jsonl", "parquet");

    public static Option<bool> Gzip => new("--gzip") { Description = "Compress it." };

    public static Option<string> Tenant => new("--tenant", "-t") { Description = "Only this customer's licenses (default: all).", HelpName = "id" };

    public static Option<string> Name => new("--name")
    {
        Description = "The file's name, with {report}, {tenant}, {from}, {to}, {date} and {id}.", HelpName = "template",
    };
}
