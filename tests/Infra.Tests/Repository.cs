using System.Text.Json;

namespace Infra.Tests;

/// <summary>Where the files under test are.</summary>
public static class Repository
{
    /// <summary>The folder that holds <c>host.json</c> and <c>infra</c>.</summary>
    public static string Root { get; } = FindRoot();

    public static string PathOf(params string[] parts) => Path.Combine([Root, .. parts]);

    public static string Read(params string[] parts) => File.ReadAllText(PathOf(parts));

    public static JsonDocument ReadJson(params string[] parts) => JsonDocument.Parse(Read(parts));

    /// <summary>A list of public facts that the checks compare with.</summary>
    public static JsonDocument ReadData(string name) => ReadJson("tests", "Infra.Tests", "Data", name);

    private static string FindRoot()
    {
        // The build may put the assembly anywhere, so the compiler's own path of this file is asked first.
        foreach (string? start in new[] { SourceFolder(), AppContext.BaseDirectory, Directory.GetCurrentDirectory() })
        {
            for (DirectoryInfo? folder = start is null ? null : new DirectoryInfo(start); folder is not null; folder = folder.Parent)
            {
                if (File.Exists(Path.Combine(folder.FullName, "host.json")) && Directory.Exists(Path.Combine(folder.FullName, "infra")))
                {
                    return folder.FullName;
                }
            }
        }

        throw new InvalidOperationException("No folder with host.json and infra lies above the tests.");
    }

    private static string? SourceFolder([System.Runtime.CompilerServices.CallerFilePath] string path = "") => Path.GetDirectoryName(path);
}
