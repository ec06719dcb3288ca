namespace Infra.Tests.Syntax;

/// <summary>A template or a parameter file: what it declares.</summary>
public sealed class BicepFile
{
    private readonly Dictionary<string, SyntaxNode> variables = [];

    public BicepFile(string path, SyntaxNode root, IReadOnlyList<string> syntaxErrors)
    {
        Path = path;
        Root = root;
        SyntaxErrors = syntaxErrors;
        Read(root);
    }

    /// <summary>The path below <c>infra</c>, with forward slashes.</summary>
    public string Path { get; }

    public SyntaxNode Root { get; }

    public IReadOnlyList<string> SyntaxErrors { get; }

    public string? Using { get; private set; }

    public List<BicepParameter> Parameters { get; } = [];

    public List<BicepResource> Resources { get; } = [];

    public List<BicepModule> Modules { get; } = [];

    public Dictionary<string, SyntaxNode> Outputs { get; } = [];

    public Dictionary<string, SyntaxNode> Types { get; } = [];

    /// <summary>The variables; in a parameter file, the values that it gives.</summary>
    public IReadOnlyDictionary<string, SyntaxNode> Variables => variables;

    /// <summary>The objects that an expression may be or may hold: through conditions, loops, lists and variables.</summary>
    public IEnumerable<SyntaxNode> ObjectsOf(SyntaxNode value) => value.Kind switch
    {
        "object" => [value],
        "identifier" => variables.TryGetValue(value.Text, out SyntaxNode? variable) ? ObjectsOf(variable) : [],
        "for_statement" => value.Parts.Where(part => part.Field == "body").SelectMany(ObjectsOf),
        "ternary_expression" => value.Parts.Where(part => part.Field is "consequence" or "alternative").SelectMany(ObjectsOf),
        "parenthesized_expression" or "if_statement" or "array" or "arguments" or "lambda_expression" => value.Parts.SelectMany(ObjectsOf),
        "call_expression" => value.Parts.Where(part => part.Field == "arguments").SelectMany(ObjectsOf),
        _ => [],
    };

    private void Read(SyntaxNode root)
    {
        List<SyntaxNode> decorators = [];
        foreach (SyntaxNode node in root.Children)
        {
            SyntaxNode[] parts = [.. node.Parts];
            switch (node.Kind)
            {
                case "decorators":
                    decorators.AddRange(parts);
                    continue;
                case "using_statement":
                    Using = parts[0].StringLiteral();
                    break;
                case "parameter_declaration":
                    Parameters.Add(new BicepParameter(parts[0].Text, parts[1].Flat(), HasDefault(node), decorators));
                    break;
                case "variable_declaration":
                    variables[parts[0].Text] = parts[^1];
                    break;
                case "type_declaration":
                    Types[parts[0].Text] = parts[^1];
                    break;
                case "output_declaration":
                    Outputs[parts[0].Text] = parts[^1];
                    break;
                case "resource_declaration":
                    string[] type = parts[1].StringPattern()!.Split('@');
                    bool existing = node.Children.Any(child => child.Kind == "existing" || (child.Kind != "string" && child.Text == "existing"));
                    Resources.Add(new BicepResource(parts[0].Text, type[0], type.Length == 2 ? type[1] : "", existing, BodyOf(parts[^1]), node.Line));
                    break;
                case "module_declaration":
                    string? condition = parts[^1].Kind == "if_statement" ? parts[^1].Parts.First().Flat().Trim('(', ')') : null;
                    Modules.Add(new BicepModule(parts[0].Text, parts[1].StringPattern()!, condition, BodyOf(parts[^1]), node));
                    break;
            }

            decorators = [];
        }
    }

    private static bool HasDefault(SyntaxNode declaration) => declaration.Children.Any(child => child.Kind == "=");

    private static SyntaxNode BodyOf(SyntaxNode value) => value.Kind == "object" ? value : BodyOf(value.Parts.Last());
}
