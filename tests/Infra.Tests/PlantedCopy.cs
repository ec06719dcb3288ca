namespace Infra.Tests;

/// <summary>A copy of the templates and parameter files with one mistake in it, gone when it is disposed.</summary>
public sealed class PlantedCopy : IDisposable
{
    private static readonly string Folder = Path.Combine(AppContext.BaseDirectory, "planted");
    private static readonly string[] Folders = ["infra", Path.Combine("tests", "Infra.Tests", "Deployments")];
    private static readonly string[] Extensions = [".bicep", ".bicepparam", ".json"];

    public PlantedCopy(PlantedMistake mistake)
    {
        foreach (string path in
            Folders.SelectMany(folder => Directory.EnumerateFiles(Repository.PathOf(folder), "*", SearchOption.AllDirectories)))
        {
            if (Extensions.Contains(Path.GetExtension(path)))
            {
                string target = Path.Combine(Root, Path.GetRelativePath(Repository.Root, path));
                Directory.CreateDirectory(Path.GetDirectoryName(target)!);
                File.Copy(path, target);
            }
        }

        string planted = Path.Combine(Root, "infra", mistake.File);
        File.WriteAllText(planted, File.ReadAllText(planted).Replace(mistake.Right, mistake.Wrong, StringComparison.Ordinal));
    }

    /// <summary>
    /// Beside the tests and not in the temporary folder, so that a test run that is killed leaves nothing where nobody looks.
    /// </summary>
    public string Root { get; } = Path.Combine(Folder, Guid.NewGuid().ToString("N"));

    /// <summary>Removes what a run that was killed has left.</summary>
    public static void RemoveAll()
    {
        if (Directory.Exists(Folder))
        {
            Directory.Delete(Folder, recursive: true);
        }
    }

    public void Dispose() => Directory.Delete(Root, recursive: true);
}
