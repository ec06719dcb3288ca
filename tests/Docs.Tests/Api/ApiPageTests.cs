using System.Text.Json;
using System.Text.RegularExpressions;
using Docs.Tests.Pages;

namespace Docs.Tests.Api;

/// <summary>
/// Each group of routes has a page in <c>docs/api</c>, with a table of its routes as they stand in <c>docs/openapi.json</c>.
/// </summary>
public sealed partial class ApiPageTests
{
    private const string Write = "METERING_WRITE_API_PAGES";
    private const string Head = "| route | operation | what it does |\n|---|---|---|\n";

    [Fact]
    public void A_group_has_a_page_with_its_routes()
    {
        using var contract = JsonDocument.Parse(File.ReadAllText(Path.Combine(Checkout.Root, "docs/openapi.json")));
        var groups = contract.RootElement.GetProperty("tags").EnumerateArray().Select(tag => tag.GetProperty("name").GetString()!).ToList();
        var tables = groups.ToDictionary(PathOf, group => Table(contract.RootElement, group), StringComparer.Ordinal);
        if (Environment.GetEnvironmentVariable(Write) == "1")
        {
            foreach (var (path, table) in tables.Where(one => Checkout.Pages.ContainsKey(one.Key)))
            {
                File.WriteAllText(Path.Combine(Checkout.Root, path), Rows().Replace(Checkout.Pages[path].Text, _ => table, 1));
            }

            return;
        }

        Checkout.AssertNone(
            from one in tables
            let text = Checkout.Pages.GetValueOrDefault(one.Key)?.Text ?? ""
            where !text.Contains($"{one.Value}\n", StringComparison.Ordinal)
            select $"{one.Key}: the routes are others. {Write}=1 dotnet test tests/Docs.Tests writes the table; a new page and its example are up to you:\n{one.Value}");
        Assert.Equal(
            tables.Keys.Order(StringComparer.Ordinal),
            Checkout.Pages.Keys.Where(path => path.StartsWith("docs/api/", StringComparison.Ordinal)).Order(StringComparer.Ordinal));
    }

    private static string PathOf(string group) =>
        $"docs/api/{NoLetters().Replace(group.ToLowerInvariant().Replace("'", "", StringComparison.Ordinal), "-")}.md";

    // A route that is there twice, with and without the version in its path, has one row.
    private static string Table(JsonElement contract, string name)
    {
        var operations = (
            from path in contract.GetProperty("paths").EnumerateObject()
            from method in path.Value.EnumerateObject()
            where method.Value.GetProperty("tags").EnumerateArray().Any(tag => tag.GetString() == name)
            let route = $"{method.Name.ToUpperInvariant()} {path.Name}"
            let id = method.Value.GetProperty("operationId").GetString()!
            select (Route: route, Id: id, Summary: method.Value.GetProperty("summary").GetString())).ToList();
        var ids = operations.Select(operation => operation.Id).ToHashSet();
        return Head + string.Concat(
            from operation in operations
            where !(operation.Id.EndsWith("V1", StringComparison.Ordinal) && ids.Contains(operation.Id[..^2]))
            let twin = ids.Contains(operation.Id + "V1") ? " (also under `/api/v1`)" : ""
            select $"| `{operation.Route}`{twin} | `{operation.Id}` | {operation.Summary} |\n");
    }

    [GeneratedRegex(@"\| route \| operation \| what it does \|\n(\|.*\|\n)+")]
    private static partial Regex Rows();

    [GeneratedRegex("[^a-z]+")]
    private static partial Regex NoLetters();
}
