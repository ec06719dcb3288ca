using Infra.Tests.Syntax;

namespace Infra.Tests.Checks;

/// <summary>Every name that a file uses is declared in it, and every name that it declares is used.</summary>
public static class SymbolChecks
{
    // The functions of Bicep that the templates use. A new one is added here after a look at its documentation:
    // https://learn.microsoft.com/azure/azure-resource-manager/bicep/bicep-functions
    private static readonly HashSet<string> Functions =
    [
        "concat", "empty", "guid", "items", "length", "map", "range", "reduce", "replace", "resourceGroup", "string",
        "subscription", "subscriptionResourceId", "union", "uniqueString",
    ];

    private static readonly HashSet<string> PrimitiveTypes = ["string", "int", "bool", "object", "array"];

    public static IEnumerable<string> Check(InfraFiles files) => files.All.SelectMany(Check);

    private static IEnumerable<string> Check(BicepFile file)
    {
        HashSet<string> declared =
        [
            .. file.Parameters.Select(parameter => parameter.Name), .. file.Variables.Keys,
            .. file.Resources.Select(resource => resource.Symbol), .. file.Modules.Select(module => module.Symbol),
        ];
        HashSet<string> used = [];
        foreach (SyntaxNode declaration in file.Root.Children)
        {
            // The first name is what is declared; what follows it is what is said about it.
            IEnumerable<SyntaxNode> parts = declaration.Kind.EndsWith("_declaration", StringComparison.Ordinal) ? declaration.Parts.Skip(1) : [];
            foreach (SyntaxNode part in parts.Where(part => declaration.Kind is not ("metadata_declaration" or "type_declaration")))
            {
                foreach (string problem in Walk(file, part, [], declared, used))
                {
                    yield return $"{file.Path}: {problem}";
                }
            }
        }

        if (file.Using is not null)
        {
            yield break;
        }

        IEnumerable<string> mustBeUsed = file.Parameters.Select(parameter => parameter.Name)
            .Concat(file.Variables.Keys)
            .Concat(file.Resources.Where(resource => resource.Existing).Select(resource => resource.Symbol));
        foreach (string name in mustBeUsed.Where(name => !used.Contains(name)))
        {
            yield return $"{file.Path}: '{name}' is declared and not used";
        }

        foreach (BicepParameter parameter in file.Parameters.Where(parameter => !parameter.Described))
        {
            yield return $"{file.Path}: parameter '{parameter.Name}' has no description";
        }
    }

    private static IEnumerable<string> Walk(
        BicepFile file, SyntaxNode node, IReadOnlyList<string> local, HashSet<string> declared, HashSet<string> used)
    {
        IReadOnlyList<SyntaxNode> children = [.. node.Parts];
        switch (node.Kind)
        {
            case "type":
                return node.All()
                    .Where(part => part.Kind == "identifier" && !file.Types.ContainsKey(part.Text) && !PrimitiveTypes.Contains(part.Text))
                    .Select(part => $"line {part.Line}: type '{part.Text}' is not declared");
            case "identifier" when node.Field == "function":
                return Functions.Contains(node.Text) ? [] : [$"line {node.Line}: function '{node.Text}' is not known"];
            case "identifier":
                used.Add(node.Text);
                return declared.Contains(node.Text) || local.Contains(node.Text) ? [] : [$"line {node.Line}: '{node.Text}' is not declared"];
            case "object_property":
                // A key is no reference, but what is interpolated into it is.
                children = [.. children[0].All().Where(part => part.Kind == "interpolation"), .. children.Skip(1)];
                break;
            case "for_statement":
                string[] loop = [.. children.TakeWhile(part => part.Field is "initializer" || part.Kind == "for_loop_parameters").SelectMany(Names)];
                local = [.. local, .. loop];
                children = [.. children.Where(part => part.Field is not "initializer" && part.Kind != "for_loop_parameters")];
                break;
            case "lambda_expression":
                local = [.. local, .. Names(children[0])];
                children = [.. children.Skip(1)];
                break;
        }

        return [.. children.SelectMany(child => Walk(file, child, local, declared, used))];
    }

    private static IEnumerable<string> Names(SyntaxNode node) =>
        node.All().Where(part => part.Kind is "identifier" or "loop_variable" or "loop_enumerator").Select(part => part.Text);
}
