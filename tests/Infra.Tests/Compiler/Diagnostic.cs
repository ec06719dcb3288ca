namespace Infra.Tests.Compiler;

/// <summary>What the compiler or its linter has to say about a place in a file.</summary>
/// <param name="File">The path of the file, below the folder that was compiled, with forward slashes.</param>
/// <param name="Line">The line, from 1.</param>
/// <param name="Level">Error, warning or information.</param>
/// <param name="Code">The code of the diagnostic, or the name of the linter's rule.</param>
public sealed record Diagnostic(string File, int Line, string Level, string Code, string Message)
{
    public override string ToString() => $"{File}({Line}): {Level} {Code}: {Message}";
}
