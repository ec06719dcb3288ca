namespace Metering.Api;

/// <summary>The files that are embedded in this assembly. Names have <c>/</c> between folders, wherever it was built.</summary>
internal static class EmbeddedFiles
{
    private static readonly Dictionary<string, string> Resources =
        typeof(EmbeddedFiles).Assembly.GetManifestResourceNames().ToDictionary(name => name.Replace('\\', '/'), StringComparer.Ordinal);

    /// <summary>The files below a folder, by their names in it.</summary>
    public static IEnumerable<string> Names(string folder) =>
        Resources.Keys.Where(name => name.StartsWith(folder, StringComparison.Ordinal)).Select(name => name[folder.Length..]);

    /// <summary>The bytes of a file; one whose name ends with <c>.gz</c> is packed.</summary>
    public static byte[] Read(string name)
    {
        using var stream = typeof(EmbeddedFiles).Assembly.GetManifestResourceStream(Resources[name])!;
        using var bytes = new MemoryStream();
        stream.CopyTo(bytes);
        return bytes.ToArray();
    }
}
