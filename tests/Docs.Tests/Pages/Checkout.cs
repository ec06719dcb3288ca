using System.Runtime.CompilerServices;

namespace Docs.Tests.Pages;

/// <summary>The checkout that the tests look at.</summary>
internal static class Checkout
{
    private static readonly HashSet<string> Made = new(StringComparer.Ordinal) { "bin", "obj", "node_modules", ".git", "TestResults" };

    /// <summary>The folder that holds the solution.</summary>
    public static string Root { get; } = FindRoot();

    /// <summary>Every page of Markdown that people write, by its path.</summary>
    public static IReadOnlyDictionary<string, Page> Pages { get; } = Files("*.md")
        .ToDictionary(path => path, path => new Page(path, File.ReadAllText(Path.Combine(Root, path))), StringComparer.Ordinal);

    /// <summary>The files of a pattern that no tool makes, as paths with slashes from the root.</summary>
    public static IEnumerable<string> Files(string pattern)
    {
        var folders = new Stack<DirectoryInfo>([new DirectoryInfo(Root)]);
        while (folders.TryPop(out var folder))
        {
            foreach (var file in folder.EnumerateFiles(pattern))
            {
                yield return Path.GetRelativePath(Root, file.FullName).Replace('\\', '/');
            }

            foreach (var inner in folder.EnumerateDirectories().Where(inner => !Made.Contains(inner.Name)))
            {
                folders.Push(inner);
            }
        }
    }

    /// <summary>Whether there is a file or a folder of that name, letter by letter: not every disk tells capitals apart.</summary>
    public static bool Has(string path)
    {
        var at = Root;
        foreach (var part in path.Split('/', StringSplitOptions.RemoveEmptyEntries))
        {
            if (!Directory.Exists(at) || !new DirectoryInfo(at).EnumerateFileSystemInfos().Any(entry => entry.Name == part))
            {
                return false;
            }

            at = Path.Combine(at, part);
        }

        return true;
    }

    /// <summary>Fails with one line for each finding.</summary>
    public static void AssertNone(IEnumerable<string> findings)
    {
        var all = findings.ToList();
        Assert.True(all.Count == 0, $"{all.Count} findings:\n{string.Join('\n', all)}");
    }

    private static string FindRoot([CallerFilePath] string source = "")
    {
        // The build may put the assembly anywhere, so the compiler's own path of this file is asked first.
        foreach (var start in new[] { Path.GetDirectoryName(source), AppContext.BaseDirectory })
        {
            for (var folder = start is null ? null : new DirectoryInfo(start); folder is not null; folder = folder.Parent)
            {
                if (File.Exists(Path.Combine(folder.FullName, "MeterFunctions.sln")))
                {
                    return folder.FullName;
                }
            }
        }

        throw new InvalidOperationException("No folder with MeterFunctions.sln lies above the tests.");
    }
}
