using System.Text.Json;
using Metering.Cli.Output;

namespace Metering.Cli.Events.Import;

/// <summary>How far an import has come: kept beside the file, so that the same command goes on where it stopped.</summary>
/// <param name="Url">The meter that it goes to.</param>
/// <param name="Rows">Rows that are done.</param>
/// <param name="Chain">What those rows hash to.</param>
/// <param name="Counted">Events that count.</param>
/// <param name="Duplicates">Events that had been counted before.</param>
/// <param name="Rejected">Rows that are in the file of rejected ones.</param>
/// <param name="RejectedBytes">How long that file is; what lies beyond was written by a run that did not get to note it.</param>
/// <param name="Told">Rejected rows that a run told of at its end; one that is interrupted leaves its own to the next.</param>
internal sealed record ImportState(
    string Url, long Rows, string Chain, long Counted, long Duplicates, long Rejected, long RejectedBytes, long Told = 0)
{
    public const string Ending = ".meter-import";

    public static ImportState Begin(string url) => new(url, 0, "", 0, 0, 0, 0);

    /// <summary>Reads it; null where there is none, or what is there is torn.</summary>
    public static ImportState? Read(string path, Action<string> tell)
    {
        if (!File.Exists(path))
        {
            return null;
        }

        try
        {
            var read = JsonSerializer.Deserialize<ImportState>(File.ReadAllBytes(path), ToolJson.Lines);
            return read is { Chain: not null, Url: not null } ? read : throw new JsonException("It is empty.");
        }
        catch (JsonException)
        {
            // No harm: the ids of rows don't come from it.
            tell($"{path} is damaged, so the import starts over. What was counted is not counted again.");
            return null;
        }
    }

    public void Write(string path)
    {
        var made = path + ".part";
        File.WriteAllBytes(made, JsonSerializer.SerializeToUtf8Bytes(this, ToolJson.Lines));
        File.Move(made, path, overwrite: true);
    }
}
