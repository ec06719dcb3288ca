using System.Collections.Immutable;

namespace Metering.Reports;

/// <summary>
/// What changed since the provisional file of the same span: that file's rows and these together are those of the final file.
/// </summary>
/// <param name="OfExport">The provisional export.</param>
/// <param name="OfFile">Its file.</param>
/// <param name="Count">How many there are.</param>
/// <param name="Items">The first of them, by license, feature and day.</param>
/// <param name="File">Where the rest is, as JSON Lines; null where there is no rest.</param>
public sealed record ExportAdjustments(
    string OfExport, ExportedFile OfFile, long Count, ImmutableArray<ExportAdjustment> Items, ExportedFile? File)
{
    /// <summary>Most adjustments that a manifest lists itself.</summary>
    public const int MaxItems = 1_000;

    /// <summary>The end of the name of the file with the rest, in place of the format's.</summary>
    public const string Ending = ".adjustments.jsonl";
}
