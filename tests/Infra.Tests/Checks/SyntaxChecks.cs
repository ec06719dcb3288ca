using Infra.Tests.Syntax;

namespace Infra.Tests.Checks;

/// <summary>Every file parses.</summary>
public static class SyntaxChecks
{
    public static IEnumerable<string> Check(InfraFiles files) =>
        files.All.SelectMany(file => file.SyntaxErrors.Select(error => $"{file.Path}: {error}"));
}
