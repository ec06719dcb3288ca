using System.Text.RegularExpressions;
using Infra.Tests.Syntax;

namespace Infra.Tests.Checks;

/// <summary>Modules get the parameters that they declare, and give the outputs that are asked of them.</summary>
public static partial class ModuleChecks
{
    public static IEnumerable<string> Check(InfraFiles files)
    {
        foreach (BicepFile file in files.Templates)
        {
            foreach (BicepModule module in file.Modules)
            {
                IEnumerable<string> problems = files.Resolve(file, module.Path) is { } callee
                    ? Parameters(file, module, callee).Concat(Outputs(file, module, callee))
                    : [$"there is no file '{module.Path}'"];
                foreach (string problem in problems)
                {
                    yield return $"{file.Path}: module '{module.Symbol}': {problem}";
                }
            }

            if (file.Path.Contains('/', StringComparison.Ordinal) && !files.Templates.SelectMany(other => other.Modules.Select(m => files.Resolve(other, m.Path))).Contains(file))
            {
                yield return $"{file.Path}: no template uses this module";
            }
        }
    }

    private static IEnumerable<string> Parameters(BicepFile caller, BicepModule module, BicepFile callee)
    {
        Dictionary<string, SyntaxNode> given = module.Body.Property("params")?.Properties().ToDictionary(p => p.Key, p => p.Value) ?? [];
        foreach (string name in given.Keys.Where(name => callee.Parameters.All(parameter => parameter.Name != name)))
        {
            yield return $"'{name}' is no parameter of it";
        }

        foreach (BicepParameter parameter in callee.Parameters)
        {
            if (!given.TryGetValue(parameter.Name, out SyntaxNode? value))
            {
                if (!parameter.HasDefault)
                {
                    yield return $"parameter '{parameter.Name}' is missing";
                }

                continue;
            }

            foreach (string problem in LiteralChecks.Check(callee, parameter, value))
            {
                yield return problem;
            }

            BicepParameter? passedOn = value.Kind == "identifier" ? caller.Parameters.FirstOrDefault(p => p.Name == value.Text) : null;
            if (passedOn is not null && passedOn.Type != parameter.Type)
            {
                yield return $"'{parameter.Name}' is {parameter.Type}, and is given the {passedOn.Type} '{passedOn.Name}'";
            }
        }
    }

    private static IEnumerable<string> Outputs(BicepFile caller, BicepModule module, BicepFile callee)
    {
        foreach ((SyntaxNode use, IReadOnlyList<SyntaxNode> above) in Uses(caller.Root, []))
        {
            Match match = OutputUse().Match(use.Text);
            if (!match.Success || match.Groups["module"].Value != module.Symbol)
            {
                continue;
            }

            string output = match.Groups["output"].Value;
            if (!callee.Outputs.ContainsKey(output))
            {
                yield return $"line {use.Line}: it has no output '{output}'";
            }

            // What may not be deployed may be asked only where it is, and the reader is told so by the '!'.
            bool guarded = module.Condition is null || above.Any(node => GuardedBy(node, module.Condition));
            if (!guarded)
            {
                yield return $"line {use.Line}: output '{output}' is asked although the module may not be deployed";
            }

            if (match.Groups["sure"].Success != module.Condition is not null)
            {
                yield return $"line {use.Line}: '!' belongs where the module may not be deployed, and only there";
            }
        }
    }

    private static bool GuardedBy(SyntaxNode node, string condition) => node.Kind switch
    {
        "ternary_expression" => node.Parts.First(part => part.Field == "condition").Flat() == condition,
        "if_statement" => node.Parts.First().Flat().Trim('(', ')') == condition,
        _ => false,
    };

    private static IEnumerable<(SyntaxNode Use, IReadOnlyList<SyntaxNode> Above)> Uses(SyntaxNode node, IReadOnlyList<SyntaxNode> above)
    {
        if (node.Kind == "member_expression" && OutputUse().IsMatch(node.Text))
        {
            yield return (node, above);
            yield break;
        }

        foreach (SyntaxNode child in node.Children)
        {
            foreach ((SyntaxNode, IReadOnlyList<SyntaxNode>) use in Uses(child, [.. above, node]))
            {
                yield return use;
            }
        }
    }

    [GeneratedRegex(@"^(?<module>\w+)(?<sure>!)?\.outputs\.(?<output>\w+)$")]
    private static partial Regex OutputUse();
}
