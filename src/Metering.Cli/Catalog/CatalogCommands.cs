using System.CommandLine;
using System.Text.Json;
using System.Text.Json.Nodes;
using Metering.Cli.Output;
using Metering.Cli.Runs;
using Metering.Client.Admin;

namespace Metering.Cli.Catalog;

/// <summary>The catalog as a file that is kept in version control.</summary>
internal static class CatalogCommands
{
    // What only answers have: it would make a difference in the file with each new version.
    private static readonly string[] FeatureAnswers = ["id"];
    private static readonly string[] PlanAnswers = ["version", "published_at"];

    // People write it, and people comment.
    private static readonly JsonDocumentOptions HandWritten = new()
    {
        CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true,
    };

    private static readonly Argument<string> FromFile = new("file") { Description = "The catalog as JSON; - for standard input." };

    private static readonly Argument<string> ToFile = new("file")
    {
        Description = "Where to write it; - for standard output.", DefaultValueFactory = _ => Files.Pipe,
    };

    private static readonly Option<bool> ByExitCode = new("--exit-code") { Description = "Exit with 1 if the file differs from the meter." };

    private static readonly Option<bool> Yes = new("--yes", "-y") { Description = "Don't ask for confirmation." };

    public static Command Create() => new Command("catalog", "What you sell: features and plans.").With(
        new Command("diff", "Shows what a file would change. Nothing is changed.").With(FromFile, ByExitCode).Answers(DiffAsync),
        new Command("apply", "Shows what a file changes, asks, and publishes it. Licenses stay on their plan's version until they are migrated.")
            .With(FromFile, Yes).Does(ApplyAsync),
        new Command("pull", "Writes the meter's catalog to a file.").With(ToFile).Does(PullAsync));

    private static async Task<int> DiffAsync(Session session, CancellationToken stop)
    {
        var file = Read(session);
        var change = await session.Admin.Catalog.PutDocumentAsync(file, dryRun: true, stop).ConfigureAwait(false);
        var before = await session.Admin.Catalog.GetDocumentAsync(stop).ConfigureAwait(false);
        session.Screen.Answer(change, told => CatalogDiff.Show(session.Screen, told, before, file));
        return session.Value(ByExitCode) && Differs(change) ? ExitCode.Refused : ExitCode.Done;
    }

    private static async Task ApplyAsync(Session session, CancellationToken stop)
    {
        var file = Read(session);
        var change = await session.Admin.Catalog.PutDocumentAsync(file, dryRun: true, stop).ConfigureAwait(false);
        var before = await session.Admin.Catalog.GetDocumentAsync(stop).ConfigureAwait(false);
        if (!session.Screen.IsJson)
        {
            CatalogDiff.Show(session.Screen, change, before, file);
        }

        if (Differs(change))
        {
            session.Confirm(session.Value(Yes), $"Publish this at {session.Login.Address}?");
            change = await session.Admin.Catalog.PutDocumentAsync(file, dryRun: false, stop).ConfigureAwait(false);
        }

        session.Screen.Answer(change, told =>
        {
            if (Differs(told))
            {
                session.Screen.Say($"Published: {told.Created.Count} new, {told.Changed.Count} changed.");
            }
        });
    }

    private static async Task PullAsync(Session session, CancellationToken stop)
    {
        var document = await session.Admin.Catalog.GetDocumentAsync(stop).ConfigureAwait(false);
        var text = JsonSerializer.Serialize(Clean(document), ToolJson.Indented) + "\n";
        var path = session.Value(ToFile);
        if (path == Files.Pipe)
        {
            await session.Around.Output.WriteAsync(text).ConfigureAwait(false);
            return;
        }

        await Files.WriteAsync(path, text).ConfigureAwait(false);
        session.Screen.Answer(new { file = path }, _ => session.Screen.Say($"Wrote {path}."));
    }

    private static bool Differs(CatalogChange change) => change.Created.Count + change.Changed.Count > 0;

    private static JsonElement Read(Session session)
    {
        var path = session.Value(FromFile);
        using var file = Files.Read(path, session.Around);
        try
        {
            using var document = JsonDocument.Parse(file, HandWritten);
            return document.RootElement.Clone();
        }
        catch (JsonException broken)
        {
            throw new ToolException(
                ExitCode.WrongInput,
                $"{path} is not JSON: line {broken.LineNumber + 1}, character {broken.BytePositionInLine + 1}. {broken.Message.Split(" Path:")[0]}");
        }
    }

    private static JsonNode? Clean(JsonElement document)
    {
        var catalog = JsonNode.Parse(document.GetRawText());
        Strip(catalog?["features"], FeatureAnswers);
        Strip(catalog?["plans"], PlanAnswers);
        return catalog;
    }

    private static void Strip(JsonNode? items, string[] names)
    {
        foreach (var item in (items as JsonArray ?? []).OfType<JsonObject>())
        {
            foreach (var name in item.Where(field => field.Value is null || names.Contains(field.Key)).Select(field => field.Key).ToList())
            {
                item.Remove(name);
            }
        }
    }
}
