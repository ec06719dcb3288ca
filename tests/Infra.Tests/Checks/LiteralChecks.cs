using System.Globalization;
using Infra.Tests.Syntax;

namespace Infra.Tests.Checks;

/// <summary>A value that is written out fits the parameter that it is given to.</summary>
public static class LiteralChecks
{
    public static IEnumerable<string> Check(BicepFile callee, BicepParameter parameter, SyntaxNode value)
    {
        string? kind = value.Kind switch
        {
            "string" => "string",
            "number" => "int",
            "boolean" => "bool",
            "array" => "array",
            "object" => "object",
            _ => null,
        };
        if (kind is null)
        {
            yield break;
        }

        bool fits = parameter.Type == kind
            || (kind == "array" && parameter.Type.EndsWith("[]", StringComparison.Ordinal))
            || (kind == "object" && callee.Types.ContainsKey(parameter.Type));
        if (!fits)
        {
            yield return $"'{parameter.Name}' is {parameter.Type}, and is given {value.Flat()}";
        }
        else if (parameter.Allowed.Count > 0 && !parameter.Allowed.Contains(value.Text))
        {
            yield return $"'{parameter.Name}' may not be {value.Text}";
        }
        else if (kind == "int")
        {
            long number = long.Parse(value.Text, CultureInfo.InvariantCulture);
            if (number < (parameter.Limit("minValue") ?? long.MinValue) || number > (parameter.Limit("maxValue") ?? long.MaxValue))
            {
                yield return $"'{parameter.Name}' may not be {number}";
            }
        }
        else if (kind == "string" && value.StringLiteral() is { } text
            && (text.Length < (parameter.Limit("minLength") ?? 0) || text.Length > (parameter.Limit("maxLength") ?? int.MaxValue)))
        {
            yield return $"'{parameter.Name}' may not have the length of '{text}'";
        }
        else
        {
            foreach (string problem in Items(callee, parameter, value))
            {
                yield return problem;
            }
        }
    }

    /// <summary>Objects in a typed list have the properties of the type, all of them and no others.</summary>
    private static IEnumerable<string> Items(BicepFile callee, BicepParameter parameter, SyntaxNode value)
    {
        if (!callee.Types.TryGetValue(parameter.Type.Replace("[]", "", StringComparison.Ordinal), out SyntaxNode? type))
        {
            yield break;
        }

        string[] expected = [.. type.Properties().Select(property => property.Key).Order(StringComparer.Ordinal)];
        foreach (SyntaxNode item in callee.ObjectsOf(value))
        {
            string[] given = [.. item.Properties().Select(property => property.Key).Order(StringComparer.Ordinal)];
            if (!given.SequenceEqual(expected))
            {
                yield return $"'{parameter.Name}' holds {{{string.Join(", ", given)}}}, not {{{string.Join(", ", expected)}}}";
            }
        }
    }
}
