using Infra.Tests.Syntax;

namespace Infra.Tests.Checks;

/// <summary>Parameter files give every parameter that their template needs, and only values that it takes.</summary>
public static class ParameterFileChecks
{
    public static IEnumerable<string> Check(InfraFiles files)
    {
        foreach (BicepFile file in files.ParameterFiles)
        {
            if (file.Using is null || files.Resolve(file, file.Using) is not { } template)
            {
                yield return $"{file.Path}: its template '{file.Using}' is not there";
                continue;
            }

            foreach ((string name, SyntaxNode value) in file.Variables)
            {
                BicepParameter? parameter = template.Parameters.FirstOrDefault(p => p.Name == name);
                IEnumerable<string> problems = parameter is null
                    ? [$"'{name}' is no parameter of {template.Path}"]
                    : LiteralChecks.Check(template, parameter, value);
                foreach (string problem in problems)
                {
                    yield return $"{file.Path}: {problem}";
                }
            }

            foreach (BicepParameter parameter in template.Parameters.Where(p => !p.HasDefault && !file.Variables.ContainsKey(p.Name)))
            {
                yield return $"{file.Path}: parameter '{parameter.Name}' is missing";
            }
        }
    }
}
