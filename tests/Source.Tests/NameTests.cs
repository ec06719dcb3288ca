namespace Source.Tests;

/// <summary>Where things are and what they are called: a reader finds a thing by its name alone.</summary>
public sealed class NameTests
{
    private static readonly string[] Empty = ["Helper", "Helpers", "Util", "Utils", "Utilities", "Manager", "Managers", "Common", "Misc"];

    // What test projects have beside the folders of the code that they test.
    private static readonly Dictionary<string, string[]> OwnFolders = new(StringComparer.Ordinal)
    {
        ["Metering"] = ["Histories", "Properties", "Reference", "Support"],
        ["Metering.Api"] = ["Fuzz", "Memory"],
        ["Metering.Cli"] = ["Support"],
        ["Metering.Client"] = ["Support"],
        ["Metering.Reports"] = ["Support"],
        ["Metering.Server"] = ["Benchmarks", "Simulation", "Support"],
        ["MeterFunctions"] = [],
    };

    [Fact]
    public void A_file_has_one_public_type_at_most() => Checkout.AssertNone(
        from file in Checkout.Sources
        let types = file.Types().Where(type => type.Modifiers.Contains("public ", StringComparison.Ordinal)).Select(type => type.Name)
            .Distinct().ToList()
        where types.Count > 1
        select $"{file.Path}: {string.Join(", ", types)}");

    [Fact]
    public void A_file_is_named_as_its_first_type() => Checkout.AssertNone(
        from file in Checkout.Sources
        let first = file.Types().Select(type => type.Name).FirstOrDefault()
        where first is not null && first != file.Name
        select $"{file.Path}: {first}");

    [Fact]
    public void No_name_says_nothing() => Checkout.AssertNone(
        from file in Checkout.Sources
        from name in file.Folders.Concat(file.Types().Select(type => type.Name))
        where Empty.Any(word => name == word || name.EndsWith(word, StringComparison.Ordinal))
        select $"{file.Path}: {name}");

    [Fact]
    public void Tests_lie_in_a_folder_that_is_named_as_that_of_the_code() => Checkout.AssertNone(
        from project in OwnFolders.Keys
        let code = Inner($"src/{project}/").ToHashSet(StringComparer.Ordinal)
        from folder in Inner($"tests/{project}.Tests/")
        where !code.Contains(folder) && !OwnFolders[project].Contains(folder)
        select $"tests/{project}.Tests/{folder}");

    private static IEnumerable<string> Inner(string project) => Checkout.Sources
        .Where(file => file.Path.StartsWith(project, StringComparison.Ordinal))
        .Select(file => file.Path[project.Length..].Split('/'))
        .Where(path => path.Length > 1)
        .Select(path => path[0])
        .Distinct();
}
