namespace Infra.Tests;

/// <summary>A copy of the templates with one text exchanged, gone when it is disposed.</summary>
public sealed class PlantedCopy : IDisposable
{
    public PlantedCopy(string file, string right, string wrong)
    {
        string source = Repository.PathOf("infra");
        foreach (string path in Directory.EnumerateFiles(source, "*.bicep*", SearchOption.AllDirectories))
        {
            string target = Path.Combine(Folder, Path.GetRelativePath(source, path));
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Copy(path, target);
        }

        string planted = Path.Combine(Folder, file);
        string text = File.ReadAllText(planted);
        Assert.Contains(right, text, StringComparison.Ordinal);
        File.WriteAllText(planted, text.Replace(right, wrong, StringComparison.Ordinal));
    }

    public string Folder { get; } = Directory.CreateTempSubdirectory("infra-").FullName;

    public void Dispose() => Directory.Delete(Folder, recursive: true);
}
