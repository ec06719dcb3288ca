using System.Runtime.CompilerServices;

namespace Source.Tests;

/// <summary>The files of the checkout that people write.</summary>
internal static class Checkout
{
    private static readonly string[] Written = ["*.cs", "*.csproj", "*.props", "*.md", "*.bicep", "*.bicepparam", "*.yaml", "*.sh"];
    private static readonly HashSet<string> Made = new(StringComparer.Ordinal) { "bin", "obj", "node_modules", ".git", "TestResults" };

    /// <summary>The folder that holds the solution.</summary>
    public static string Root { get; } = FindRoot();

    /// <summary>Every text that is not made by a tool.</summary>
    public static IReadOnlyList<TextFile> Texts { get; } = Find();

    /// <summary>Every file of C#, tests included.</summary>
    public static IReadOnlyList<TextFile> Sources { get; } = [.. Texts.Where(file => file.Path.EndsWith(".cs", StringComparison.Ordinal))];

    /// <summary>The product's own files of C#.</summary>
    public static IEnumerable<TextFile> Product => Sources.Where(file => file.Path.StartsWith("src/", StringComparison.Ordinal));

    /// <summary>Fails with one line for each finding.</summary>
    public static void AssertNone(IEnumerable<string> findings)
    {
        var all = findings.ToList();
        Assert.True(all.Count == 0, $"{all.Count} findings:\n{string.Join('\n', all)}");
    }

    private static TextFile[] Find()
    {
        var files = new List<TextFile>();
        var folders = new Stack<DirectoryInfo>([new DirectoryInfo(Root)]);
        while (folders.TryPop(out var folder))
        {
            foreach (var file in Written.SelectMany(folder.EnumerateFiles))
            {
                files.Add(new TextFile(Path.GetRelativePath(Root, file.FullName).Replace('\\', '/'), File.ReadAllLines(file.FullName)));
            }

            foreach (var inner in folder.EnumerateDirectories().Where(inner => !Made.Contains(inner.Name)))
            {
                folders.Push(inner);
            }
        }

        return [.. files.OrderBy(file => file.Path, StringComparer.Ordinal)];
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
