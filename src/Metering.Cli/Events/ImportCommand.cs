using System.CommandLine;
using Metering.Cli.Events.Import;
using Metering.Cli.Output;
using Metering.Cli.Runs;

namespace Metering.Cli.Events;

/// <summary>Counts the events of a file.</summary>
internal static class ImportCommand
{
    private const string Csv = "csv";
    private const string Json = "ndjson";

    private static readonly Argument<string> Source = new("file") { Description = "CSV with a header, or one JSON object per line; - for standard input." };

    private static readonly Option<string> Format = new Option<string>("--format")
    {
        Description = "csv or ndjson (default: by the file's extension).", HelpName = "format",
    }.AcceptOnlyFromAmong(Csv, Json);

    private static readonly Option<string> Separator = new("--separator") { Description = "The character between CSV fields (default: a comma).", HelpName = "character" };

    private static readonly Option<string[]> Map = new("--map")
    {
        Description = "Which field a column holds: --map customer=tenant_id. Nothing after the = ignores the column.", HelpName = "column=field",
    };

    private static readonly Option<string> Tenant = new("--tenant", "-t") { Description = "The customer of rows that name none.", HelpName = "id" };
    private static readonly Option<string> License = new("--license") { Description = "The license of rows that name none.", HelpName = "id" };
    private static readonly Option<string> Feature = new("--feature") { Description = "The feature of rows that name none.", HelpName = "code" };

    private static readonly Option<string> State = new("--state")
    {
        Description = "Where to keep the progress (default: next to the file; none for standard input).", HelpName = "file",
    };

    private static readonly Option<string> Rejects = new("--rejects")
    {
        Description = "Where to write rows that could not be counted (default: next to the file).", HelpName = "file",
    };

    private static readonly Option<bool> Restart = new("--restart")
    {
        Description = "Start over. Rows that were counted are sent again and reported as duplicates.",
    };

    public static Command Create() => new Command(
        "import",
        "Counts the events of a file, in order. If interrupted, run it again to continue; nothing counts twice. Columns: tenant_id or license_id, "
        + "metric, quantity, and optionally user_id, occurred_at, event_id, key, metadata. Exits with 1 if rows were rejected.")
        .With(Source, Format, Separator, Map, Tenant, License, Feature, State, Rejects, Restart)
        .Answers(ImportAsync);

    private static async Task<int> ImportAsync(Session session, CancellationToken stop)
    {
        var (path, url) = (session.Value(Source), session.Login.Address.ToString());
        var isPipe = path == Files.Pipe;
        var format = session.Value(Format) ?? FormatOf(path);
        var kept = session.Value(State) ?? (isPipe ? null : path + ImportState.Ending);
        using var raw = Files.Read(path, session.Around);
        using var progress = new ImportProgress(session, raw, isPipe ? null : raw.Length);
        var rows = await OpenAsync(session, progress.Stream, format, stop).ConfigureAwait(false);
        await using (rows.ConfigureAwait(false))
        {
            var done = await SkipAsync(session, rows, kept, url, path, stop).ConfigureAwait(false);
            var rejected = session.Value(Rejects) ?? $"{(isPipe ? "stdin" : path)}.rejected.{format}";
            ImportState end;
            using (var rejects = new RejectFile(rejected, rows.Columns, done.RejectedBytes))
            {
                var importer = new Importer(session.Admin, rows, rejects, now =>
                {
                    if (kept is not null)
                    {
                        now.Write(kept);
                    }

                    progress.Show(now.Rows);
                });
                end = await importer.RunAsync(done, stop).ConfigureAwait(false);
            }

            progress.Clear();
            Tell(session, done, end, rejected);
            if (kept is not null && end.Rejected > end.Told)
            {
                (end with { Told = end.Rejected }).Write(kept);
            }

            return end.Rejected > end.Told ? ExitCode.Refused : ExitCode.Done;
        }
    }

    private static async Task<IImportRows> OpenAsync(Session session, Stream file, string format, CancellationToken stop)
    {
        var defaults = new ImportDefaults(session.Value(Tenant), session.Value(License), session.Value(Feature));
        var map = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var text in session.Value(Map) ?? [])
        {
            var at = text.LastIndexOf('=');
            if (at <= 0 || (at < text.Length - 1 && EventFields.Field(text[(at + 1)..]) is null))
            {
                throw new ToolException(
                    ExitCode.WrongInput, $"--map {text} must be COLUMN=FIELD, with one of {string.Join(", ", EventFields.Names)}.");
            }

            map[text[..at]] = text[(at + 1)..];
        }

        var separator = session.Value(Separator) switch
        {
            null => ',',
            "tab" or "\\t" => '\t',
            [var one] => one,
            _ => throw new ToolException(ExitCode.WrongInput, "--separator must be one character, or the word tab."),
        };
        return format == Csv
            ? await CsvRows.OpenAsync(file, separator, map, defaults, stop).ConfigureAwait(false)
            : new JsonRows(file, map, defaults);
    }

    // Reads past the rows that are done. Their ids hang together, so it must be the same rows.
    private static async Task<ImportState> SkipAsync(
        Session session, IImportRows rows, string? kept, string url, string path, CancellationToken stop)
    {
        var done = kept is null || session.Value(Restart) ? null : ImportState.Read(kept, session.Screen.Note);
        if (done is null || done.Url != url)
        {
            return ImportState.Begin(url);
        }

        for (var row = 0L; row < done.Rows; row++)
        {
            if (await rows.ReadAsync(stop).ConfigureAwait(false) is null)
            {
                break;
            }
        }

        return rows.Chain == done.Chain ? done : throw new ToolException(
            ExitCode.WrongInput,
            $"{path} is not the file of which {Cells.Number(done.Rows)} rows were imported: a row among them is different, or the options are. "
            + "Put the new rows into a file of their own, or import the whole file with --restart; rows without an event_id then count again.");
    }

    private static void Tell(Session session, ImportState before, ImportState end, string rejects)
    {
        var (rows, counted, duplicates, rejected) = (
            end.Rows - before.Rows, end.Counted - before.Counted, end.Duplicates - before.Duplicates, end.Rejected - before.Rejected);
        var earlier = before.Rejected - before.Told;
        var file = rejected + earlier > 0 ? rejects : null;
        var answer = new { rows, counted, duplicates, rejected, already_done = before.Rows, rejected_before = earlier, rejects = file };
        session.Screen.Answer(answer, _ =>
        {
            if (before.Rows > 0)
            {
                session.Screen.Say($"{Cells.Number(before.Rows)} rows were done already.");
            }

            session.Screen.Say($"{Cells.Number(rows)} rows: {Cells.Number(counted)} counted, {Cells.Number(duplicates)} counted before, "
                + $"{Cells.Number(rejected)} rejected.");
            if (earlier > 0)
            {
                session.Screen.Say($"Rows rejected before the import was interrupted: {Cells.Number(earlier)}.");
            }

            if (file is not null)
            {
                session.Screen.Say($"The rejected rows are in {file}, each with its reason. Fix them, and import that file.");
            }
        });
    }

    private static string FormatOf(string path) => Path.GetExtension(path).ToUpperInvariant() switch
    {
        ".CSV" or ".TSV" or ".TXT" => Csv,
        ".NDJSON" or ".JSONL" or ".JSON" => Json,
        _ => throw new ToolException(ExitCode.WrongInput, $"Say what {(path == Files.Pipe ? "standard input" : path)} is: --format csv, or --format ndjson."),
    };
}
