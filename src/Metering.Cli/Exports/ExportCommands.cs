using System.CommandLine;
using System.Security.Cryptography;
using Metering.Cli.Output;
using Metering.Cli.Runs;
using Metering.Client.Admin;

namespace Metering.Cli.Exports;

/// <summary>Files of what was counted: made, watched, fetched.</summary>
internal static class ExportCommands
{
    private static readonly TimeSpan WatchInterval = TimeSpan.FromMilliseconds(500);

    private static readonly Argument<string> Id = new("export") { Description = "The export's id, exp_…" };
    private static readonly Argument<string> Report = ExportOptions.Report;
    private static readonly Option<DateTimeOffset?> From = Required(Times.Option("--from", "The start of the span."));
    private static readonly Option<DateTimeOffset?> To = Required(Times.Option("--to", "The end of the span, exclusive."));
    private static readonly Option<string> Format = ExportOptions.Format;
    private static readonly Option<bool> Gzip = ExportOptions.Gzip;
    private static readonly Option<string> Tenant = ExportOptions.Tenant;
    private static readonly Option<string> Name = ExportOptions.Name;
    private static readonly Option<bool> Yes = new("--yes", "-y") { Description = "Don't ask for confirmation." };
    private static readonly Option<string> Key = new("--idempotency-key") { Description = "Retries with the same key create it only once.", HelpName = "key" };
    private static readonly Option<bool> Wait = new("--wait", "-w") { Description = "Wait until it is finished." };

    private static readonly Option<string> Download = new("--download")
    {
        Description = "Wait, then download file and manifest into this folder.", HelpName = "folder",
    };

    private static readonly Option<string> Folder = new("--to")
    {
        Description = "The folder to write to.", DefaultValueFactory = _ => ".", HelpName = "folder",
    };

    public static Command Create() => new Command("export", "Exports of usage, billing lines and the ledger as files.").With(
        new Command("make", "Starts an export.").With(Report, From, To, Format, Gzip, Tenant, Name, Wait, Download, Key).Does(MakeAsync),
        new Command("list", "Lists exports, newest first.").Does((session, stop) => session.Screen.ListAsync(
            session.Admin.Exports.ListAsync(stop),
            new Listing("EXPORT", "REPORT", "?FROM", "?TO", "?FORMAT", "STATUS", "?>ROWS"),
            (table, one) => table.Row(
                one.Id, one.Report, Cells.Time(one.From), Cells.Time(one.To), one.Format, one.FailureCode ?? one.Status,
                Cells.Number(one.Rows)),
            "There are no exports.",
            stop)),
        new Command("watch", "Shows the progress of an export until it is finished.").With(Id).Does(async (session, stop) =>
            Show(session, await WatchAsync(session, session.Value(Id), stop).ConfigureAwait(false))),
        new Command("download", "Downloads file and manifest, and checks the file's hash.").With(Id, Folder).Does(async (session, stop) =>
            await FetchAsync(
                session, await WatchAsync(session, session.Value(Id), stop).ConfigureAwait(false), session.Value(Folder)!, stop)
                .ConfigureAwait(false)),
        new Command("delete", "Stops an export that waits or runs; if it is finished, deletes its file and manifest.").With(Id, Yes).Does(DeleteAsync));

    private static async Task MakeAsync(Session session, CancellationToken stop)
    {
        var made = await session.Admin.Exports.CreateAsync(
            new NewExport
            {
                Report = session.Value(Report),
                From = session.Value(From)!.Value,
                To = session.Value(To)!.Value,
                Format = session.Value(Format)!,
                Compress = session.Value(Gzip) ? "gzip" : null,
                TenantId = session.Value(Tenant),
                Name = session.Value(Name),
            },
            session.Value(Key),
            stop).ConfigureAwait(false);
        if (session.Value(Download) is { } folder)
        {
            await FetchAsync(session, await WatchAsync(session, made.Id, stop).ConfigureAwait(false), folder, stop).ConfigureAwait(false);
            return;
        }

        Show(session, session.Value(Wait) ? await WatchAsync(session, made.Id, stop).ConfigureAwait(false) : made);
    }

    private static async Task<Export> WatchAsync(Session session, string id, CancellationToken stop)
    {
        Export? last = null;
        await foreach (var export in session.Admin.Exports.WatchAsync(id, WatchInterval, stop).ConfigureAwait(false))
        {
            last = export;
            if (session.Screen.ShowsProgress && !export.IsOver)
            {
                session.Around.Error.Write($"\r{export.Status}: {Cells.Number(export.Rows)} rows, "
                    + $"{export.LicensesDone} of {export.LicensesTotal?.ToString() ?? "?"} licenses   ");
            }
        }

        if (session.Screen.ShowsProgress)
        {
            session.Around.Error.Write("\r\e[K");
        }

        return last is { Status: "done" } ? last : throw new ToolException(
            ExitCode.Refused,
            last is { Failure: { } why } ? $"The export {id} failed ({last.FailureCode}): {why}" : $"The export {id} was {last?.Status}.");
    }

    private static async Task FetchAsync(Session session, Export export, string folder, CancellationToken stop)
    {
        Directory.CreateDirectory(folder);
        // Only the last part: whatever the meter answers, nothing is written outside the folder.
        var file = Path.Combine(folder, Path.GetFileName(export.File!.Replace('\\', '/').Split('/')[^1]));
        await Files.WriteAsync(file, async to =>
        {
            using var hash = SHA256.Create();
            var hashing = new CryptoStream(to, hash, CryptoStreamMode.Write, leaveOpen: true);
            await using (hashing.ConfigureAwait(false))
            {
                await session.Admin.Exports.DownloadAsync(export.Id, hashing, stop).ConfigureAwait(false);
            }

            if (Convert.ToHexStringLower(hash.Hash!) != export.Sha256)
            {
                throw new ToolException(ExitCode.Refused, $"The download of {export.Id} is not what was exported: its SHA-256 differs. Download it again.");
            }
        }).ConfigureAwait(false);
        var manifest = file + ExportCheck.ManifestEnding;
        await Files.WriteAsync(manifest, to => session.Admin.Exports.DownloadManifestAsync(export.Id, to, stop)).ConfigureAwait(false);
        session.Screen.Answer(
            new { export.Id, file, manifest, export.Rows, export.Sha256 },
            _ => session.Screen.Say($"Wrote {file} with {Cells.Number(export.Rows)} rows, with its manifest next to it."));
    }

    private static async Task DeleteAsync(Session session, CancellationToken stop)
    {
        var id = session.Value(Id);
        session.Confirm(session.Value(Yes), $"Stop {id}, or delete its files?");
        await session.Admin.Exports.DeleteAsync(id, stop).ConfigureAwait(false);
        session.Screen.Answer(new { id, status = "deleted" }, _ => session.Screen.Say($"Deleted {id}."));
    }

    private static void Show(Session session, Export export) => session.Screen.Answer(export, one => session.Screen.Say(
        one.File is null
            ? $"{one.Id} is {one.Status}. See its progress: meter export watch {one.Id}."
            : $"{one.Id} is {one.Status} ({one.State}): {Cells.Number(one.Rows)} rows in {one.File}. Download it: meter export download {one.Id}."));

    private static Option<DateTimeOffset?> Required(Option<DateTimeOffset?> option)
    {
        option.Required = true;
        return option;
    }
}
