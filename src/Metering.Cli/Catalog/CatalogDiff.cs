using System.Text.Json;
using Metering.Cli.Output;
using Metering.Client.Admin;
using Spectre.Console;

namespace Metering.Cli.Catalog;

/// <summary>What a file changes, as text: new things with a plus, changed ones with a tilde and what is different about them.</summary>
internal static class CatalogDiff
{
    private static readonly Style New = new(Color.Green);
    private static readonly Style Changed = new(Color.Yellow);
    private static readonly Style Gone = new(Color.Red);
    private static readonly Style Small = new(decoration: Decoration.Dim);

    // The meter tells how terms differ.
    private const string Terms = "includes";

    public static void Show(Screen screen, CatalogChange change, JsonElement before, JsonElement file)
    {
        foreach (var item in change.Created)
        {
            Line(screen, "+ ", $"{item.Type} {item.Id}", New);
        }

        foreach (var item in change.Changed)
        {
            Line(screen, "~ ", $"{item.Type} {item.Id}" + (item.Version is { } version ? $" (version {version})" : ""), Changed);
            foreach (var (field, was, becomes) in Fields(item, before, file))
            {
                Difference(screen, field, was, becomes);
            }

            foreach (var difference in change.Differences.Where(one => item.Type == "plan" && one.PlanId == item.Id))
            {
                Difference(screen, $"{difference.FeatureCode} {difference.Field}", difference.Before, difference.After);
            }
        }

        if (change.Created.Count + change.Changed.Count == 0)
        {
            screen.Say("No differences: the meter has all of it.");
        }

        foreach (var left in Absent(before, file))
        {
            Line(screen, "  ", $"{left} is not in the file, and stays unchanged", Small);
        }
    }

    private static void Line(Screen screen, string mark, string text, Style style) =>
        screen.Show(new Text(mark + text + Environment.NewLine, style));

    private static void Difference(Screen screen, string field, JsonElement? was, JsonElement? becomes) => screen.Show(new Paragraph()
        .Append($"    {field}: ")
        .Append(Value(was), Gone)
        .Append(" → ")
        .Append(Value(becomes) + Environment.NewLine, New));

    private static string Value(JsonElement? value) =>
        value is null or { ValueKind: JsonValueKind.Null or JsonValueKind.Undefined } ? "none" : value.Value.ToString();

    private static IEnumerable<(string Field, JsonElement? Was, JsonElement? Becomes)> Fields(
        CatalogItem item, JsonElement before, JsonElement file)
    {
        var (list, key) = item.Type == "plan" ? ("plans", "id") : ("features", "code");
        if (Find(before, list, key, item.Id) is not { } old || Find(file, list, key, item.Id) is not { } now)
        {
            yield break;
        }

        foreach (var field in now.EnumerateObject().Where(field => field.Name != Terms))
        {
            JsonElement? was = old.TryGetProperty(field.Name, out var value) ? value : null;
            if (Value(was) != Value(field.Value))
            {
                yield return (field.Name, was, field.Value);
            }
        }
    }

    private static IEnumerable<string> Absent(JsonElement before, JsonElement file)
    {
        foreach (var (list, key, type) in new[] { ("features", "code", "feature"), ("plans", "id", "plan") })
        {
            foreach (var old in Items(before, list))
            {
                var id = old.GetProperty(key).GetString()!;
                if (Find(file, list, key, id) is null)
                {
                    yield return $"{type} {id}";
                }
            }
        }
    }

    private static JsonElement? Find(JsonElement catalog, string list, string key, string id)
    {
        foreach (var item in Items(catalog, list))
        {
            if (item.ValueKind == JsonValueKind.Object && item.TryGetProperty(key, out var value) && value.ToString() == id)
            {
                return item;
            }
        }

        return null;
    }

    private static JsonElement.ArrayEnumerator Items(JsonElement catalog, string list) =>
        catalog.ValueKind == JsonValueKind.Object && catalog.TryGetProperty(list, out var items) && items.ValueKind == JsonValueKind.Array
            ? items.EnumerateArray()
            : default;
}
