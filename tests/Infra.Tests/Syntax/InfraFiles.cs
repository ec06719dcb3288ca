namespace Infra.Tests.Syntax;

/// <summary>All templates and parameter files of a folder, parsed.</summary>
public sealed class InfraFiles
{
    private InfraFiles(IReadOnlyList<BicepFile> all) => All = all;

    public IReadOnlyList<BicepFile> All { get; }

    public IEnumerable<BicepFile> Templates => All.Where(file => file.Path.EndsWith(".bicep", StringComparison.Ordinal));

    public IEnumerable<BicepFile> ParameterFiles => All.Where(file => file.Path.EndsWith(".bicepparam", StringComparison.Ordinal));

    public BicepFile? Find(string path) => All.FirstOrDefault(file => file.Path == path);

    /// <summary>The file that another file names, relative to itself.</summary>
    public BicepFile? Resolve(BicepFile from, string path)
    {
        string folder = Path.GetDirectoryName(from.Path) ?? "";
        return Find(Path.Combine(folder, path).Replace('\\', '/'));
    }

    public static InfraFiles Load(string folder)
    {
        string[] paths =
        [
            .. Directory.EnumerateFiles(folder, "*.bicep*", SearchOption.AllDirectories)
                .Where(path => Path.GetExtension(path) is ".bicep" or ".bicepparam")
                .Order(StringComparer.Ordinal),
        ];

        return new InfraFiles(
        [
            .. BicepParser.Parse(paths).Select(parsed => new BicepFile(
                Path.GetRelativePath(folder, parsed.Path).Replace('\\', '/'),
                parsed.Root,
                [.. parsed.Errors.Select(error => $"line {error.Line}, column {error.Column}: {error.Text}")])),
        ]);
    }
}
