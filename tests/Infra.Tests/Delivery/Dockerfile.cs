using System.Text.RegularExpressions;

namespace Infra.Tests.Delivery;

/// <summary>The instructions of the <c>Dockerfile</c>.</summary>
internal static partial class Dockerfile
{
    /// <summary>Name and rest of each instruction, with lines that go on joined to one.</summary>
    public static IReadOnlyList<(string Name, string Said)> Instructions { get; } =
    [
        .. Comment().Replace(Repository.Read("Dockerfile"), "").Replace("\\\n", " ", StringComparison.Ordinal)
            .Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            .Select(line => line.Split(' ', 2)).Select(parts => (parts[0], parts[1].Trim())),
    ];

    /// <summary>What an instruction says the last time that it stands there.</summary>
    public static string Last(string name) => Instructions.Last(one => one.Name == name).Said;

    /// <summary>The tag of a base image, by the end of its name.</summary>
    public static string TagOf(string image) => Instructions.Where(one => one.Name == "FROM")
        .Select(one => Base().Match(one.Said)).Single(match => match.Groups["name"].Value.EndsWith(image, StringComparison.Ordinal))
        .Groups["tag"].Value;

    /// <summary>The variables that the image sets; not those of the stage that builds it.</summary>
    public static IReadOnlyDictionary<string, string> Variables => Instructions
        .Skip(Instructions.Select(one => one.Name).ToList().LastIndexOf("FROM")).Where(one => one.Name == "ENV")
        .SelectMany(one => one.Said.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        .Select(one => one.Split('=', 2)).ToDictionary(one => one[0], one => one[1]);

    [GeneratedRegex("^#.*\n", RegexOptions.Multiline)]
    private static partial Regex Comment();

    [GeneratedRegex(@"(?<name>mcr\.microsoft\.com/[\w/.-]+):(?<tag>\S+)")]
    private static partial Regex Base();
}
