namespace Infra.Tests.Compiler;

/// <summary>The templates, compiled with every parameter file.</summary>
/// <param name="Root">The folder that holds <c>infra</c>.</param>
/// <param name="Problems">What the compiler and its linter found. The templates are right when this is empty: a wrong type is a warning
/// only.</param>
/// <param name="Templates">The compiled template by the parameter file; only of those without a problem.</param>
/// <param name="Deployments">What is deployed, by the parameter file; only of those without a problem.</param>
public sealed record CompiledInfra(
    string Root,
    IReadOnlyList<string> Problems,
    IReadOnlyDictionary<string, CompiledTemplate> Templates,
    IReadOnlyDictionary<string, Deployment> Deployments)
{
    public const string Development = "infra/dev.bicepparam";

    public const string Production = "infra/prod.bicepparam";

    /// <summary>Deploys each part that the templates have.</summary>
    public const string Everything = "tests/Infra.Tests/Deployments/everything.bicepparam";

    /// <summary>
    /// The app by itself with every connection that it can have: its settings can be read, because nothing in them comes from Azure.
    /// </summary>
    public const string AppWithEverything = "tests/Infra.Tests/Deployments/app-with-everything.bicepparam";

    /// <summary>The app by itself with no more than it needs.</summary>
    public const string AppAlone = "tests/Infra.Tests/Deployments/app-alone.bicepparam";

    public static readonly IReadOnlyList<string> ParameterFiles = [Development, Production, Everything, AppWithEverything, AppAlone];

    /// <summary>The deployments of the whole, by the parameter file.</summary>
    public IEnumerable<(string File, Deployment Deployment)> Environments =>
        from file in new[] { Development, Production, Everything }
        where Deployments.ContainsKey(file)
        select (file, Deployments[file]);

    public CompiledTemplate Template => Templates[Everything];

    public static async Task<CompiledInfra> CompileAsync(BicepCompiler compiler, string root, IEnumerable<string> parameterFiles)
    {
        List<string> problems = [];
        Dictionary<string, CompiledTemplate> templates = [];
        Dictionary<string, Deployment> deployments = [];
        foreach (string file in parameterFiles)
        {
            (IReadOnlyList<Diagnostic> diagnostics, string? template) = await compiler.CompileAsync(root, file);
            if (diagnostics.Count > 0)
            {
                problems.AddRange(diagnostics.Select(diagnostic => diagnostic.ToString()));
                continue;
            }

            templates[file] = CompiledTemplate.Parse(template!);
            try
            {
                deployments[file] = Deployment.Parse(await compiler.EvaluateAsync(root, file));
            }
            catch (BicepRefusedException e)
            {
                problems.Add($"{file} cannot be deployed: {e.Message}");
            }
        }

        return new CompiledInfra(root, problems, templates, deployments);
    }

    /// <summary>This, with what was compiled anew in its place.</summary>
    public CompiledInfra With(CompiledInfra changed) => new(
        changed.Root,
        changed.Problems,
        changed.Templates.Concat(Templates).DistinctBy(template => template.Key).ToDictionary(),
        changed.Deployments.Concat(Deployments).DistinctBy(deployment => deployment.Key).ToDictionary());
}
