using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using Infra.Tests.Syntax;

namespace Infra.Tests.Checks;

/// <summary>
/// Resources are of a published type and version, have the properties that it has, with values of the right kind, and none that
/// it lacks. What is published is in <c>Data/resource-types.json</c>, with the address of the documentation.
/// </summary>
public static class ResourceTypeChecks
{
    // Properties of the language, not of a resource.
    private static readonly HashSet<string> LanguageProperties = ["parent", "scope", "dependsOn"];

    public static IEnumerable<string> Check(InfraFiles files)
    {
        using JsonDocument data = Repository.ReadData("resource-types.json");
        JsonElement published = data.RootElement.GetProperty("resources");
        foreach (BicepFile file in files.Templates)
        {
            foreach (BicepResource resource in file.Resources)
            {
                string name = $"{resource.Type}@{resource.ApiVersion}";
                List<string> problems = [];
                if (published.TryGetProperty(name, out JsonElement type))
                {
                    JsonElement body = type.GetProperty("body");
                    CheckObject(file, resource.Body, body, "", !resource.Existing, problems);
                    CheckReads(file, resource, body, problems);
                }
                else
                {
                    problems.Add($"{name} is not in the list of published types");
                }

                foreach (string problem in problems)
                {
                    yield return $"{file.Path}: resource '{resource.Symbol}': {problem}";
                }
            }
        }
    }

    private static void CheckObject(
        BicepFile file, SyntaxNode value, JsonElement type, string path, bool complete, List<string> problems)
    {
        if (Variant(value, type) is not { } shape)
        {
            problems.Add($"line {value.Line}: {path} has no such kind of object");
            return;
        }

        if (!shape.TryGetProperty("properties", out JsonElement properties))
        {
            if (!Flag(shape, "additional"))
            {
                problems.Add($"line {value.Line}: the list of published types does not say what {path} may hold");
            }

            return;
        }

        HashSet<string> given = [];
        foreach ((string key, SyntaxNode child) in value.Properties())
        {
            given.Add(key);
            if (path.Length == 0 && LanguageProperties.Contains(key))
            {
                continue;
            }

            string at = $"{path}/{key}";
            if (!properties.TryGetProperty(key, out JsonElement property))
            {
                if (!Flag(shape, "additional"))
                {
                    problems.Add($"line {child.Line}: there is no {at}");
                }
            }
            else if (Flag(property, "readOnly"))
            {
                problems.Add($"line {child.Line}: {at} can only be read");
            }
            else
            {
                CheckValue(file, child, property, at, problems);
            }
        }

        if (!complete)
        {
            return;
        }

        foreach (JsonProperty property in properties.EnumerateObject().Where(p => Flag(p.Value, "required") && !given.Contains(p.Name)))
        {
            problems.Add($"line {value.Line}: {path}/{property.Name} is missing");
        }
    }

    private static void CheckValue(BicepFile file, SyntaxNode value, JsonElement type, string path, List<string> problems)
    {
        string kind = type.GetProperty("type").GetString()!;
        string? given = KindOf(file, value);
        if (given is not null && kind != "any" && given != kind)
        {
            problems.Add($"line {value.Line}: {path} is {kind}, and is given {given}");
            return;
        }

        switch (kind)
        {
            case "object":
                foreach (SyntaxNode item in file.ObjectsOf(value))
                {
                    CheckObject(file, item, type, path, complete: true, problems);
                }

                break;
            case "array" when type.TryGetProperty("items", out JsonElement items):
                foreach (SyntaxNode item in ItemsOf(file, value))
                {
                    CheckValue(file, item, items, path + "[]", problems);
                }

                break;
            case "string" when value.StringLiteral() is { } text:
                CheckText(text, type, path, value.Line, problems);
                break;
        }
    }

    private static void CheckText(string text, JsonElement type, string path, int line, List<string> problems)
    {
        // An "open" list of values names those that are known; the templates use known ones only.
        if (type.TryGetProperty("values", out JsonElement values) && values.EnumerateArray().All(value => value.GetString() != text))
        {
            problems.Add($"line {line}: {path} may not be '{text}'");
        }

        if (type.TryGetProperty("pattern", out JsonElement pattern) && !Regex.IsMatch(text, pattern.GetString()!))
        {
            problems.Add($"line {line}: {path} may not be '{text}'");
        }
    }

    /// <summary>What a template reads from a resource, the resource has.</summary>
    private static void CheckReads(BicepFile file, BicepResource resource, JsonElement body, List<string> problems)
    {
        string start = resource.Symbol + ".";
        foreach (SyntaxNode use in file.Root.All().Where(node => node.Kind == "member_expression" && node.Text.StartsWith(start, StringComparison.Ordinal)))
        {
            string[] steps = use.Text[start.Length..].Split('.');
            JsonElement at = body;
            foreach (string step in steps.TakeWhile(step => step != "id"))
            {
                JsonElement shape = at.TryGetProperty("variants", out JsonElement variants) ? variants.EnumerateObject().First().Value : at;
                if (!shape.TryGetProperty("properties", out JsonElement properties) || !properties.TryGetProperty(step, out at))
                {
                    problems.Add(string.Create(CultureInfo.InvariantCulture, $"line {use.Line}: there is nothing to read at {use.Text}"));
                    break;
                }
            }
        }
    }

    private static JsonElement? Variant(SyntaxNode value, JsonElement type)
    {
        if (!type.TryGetProperty("variants", out JsonElement variants))
        {
            return type;
        }

        string? name = value.Property(type.GetProperty("discriminator").GetString()!)?.StringLiteral();
        return name is not null && variants.TryGetProperty(name, out JsonElement variant) ? variant : null;
    }

    private static IEnumerable<SyntaxNode> ItemsOf(BicepFile file, SyntaxNode value) => value.Kind switch
    {
        "array" => value.Parts,
        "for_statement" => value.Parts.Where(part => part.Field == "body"),
        "identifier" when file.Variables.TryGetValue(value.Text, out SyntaxNode? variable) => ItemsOf(file, variable),
        "ternary_expression" => value.Parts.Where(part => part.Field is "consequence" or "alternative").SelectMany(part => ItemsOf(file, part)),
        _ => [],
    };

    private static string? KindOf(BicepFile file, SyntaxNode value) => value.Kind switch
    {
        "string" => "string",
        "number" => "int",
        "boolean" => "bool",
        "object" => "object",
        "array" or "for_statement" => "array",
        "identifier" => file.Parameters.FirstOrDefault(parameter => parameter.Name == value.Text)?.Type switch
        {
            { } type when type.EndsWith("[]", StringComparison.Ordinal) => "array",
            "string" or "int" or "bool" or "object" or "array" => file.Parameters.First(parameter => parameter.Name == value.Text).Type,
            _ => null,
        },
        _ => null,
    };

    private static bool Flag(JsonElement type, string name) => type.TryGetProperty(name, out JsonElement flag) && flag.GetBoolean();
}
