namespace Metering.Benchmarks;

/// <summary>A document of which a command writes one section, between two marks, and leaves the rest as it is.</summary>
internal static class ReportFile
{
    /// <summary>Puts a section in the place of the one with the same name; at the end when there is none.</summary>
    public static async Task ReplaceAsync(string file, string section, string text)
    {
        var begin = $"<!-- {section}: written by the benchmark, from here -->";
        var end = $"<!-- {section}: to here -->";
        var old = File.Exists(file) ? await File.ReadAllTextAsync(file) : "";
        var from = old.IndexOf(begin, StringComparison.Ordinal);
        var to = old.IndexOf(end, StringComparison.Ordinal);
        var written = $"{begin}\n\n{text.Trim()}\n\n{end}";
        var result = from >= 0 && to > from
            ? old[..from] + written + old[(to + end.Length)..]
            : $"{old.TrimEnd()}\n\n{written}\n".TrimStart();
        if (Path.GetDirectoryName(Path.GetFullPath(file)) is { } directory)
        {
            Directory.CreateDirectory(directory);
        }

        await File.WriteAllTextAsync(file, result);
    }
}
