using System.Globalization;

namespace Infra.Tests.Syntax;

/// <summary>A parameter of a template.</summary>
public sealed record BicepParameter(string Name, string Type, bool HasDefault, IReadOnlyList<SyntaxNode> Decorators)
{
    public bool Secure => Decorators.Any(decorator => decorator.Flat() == "@secure()");

    public bool Described => Decorators.Any(decorator => decorator.Text.StartsWith("@description(", StringComparison.Ordinal));

    /// <summary>The values that it may have, as their source text; empty when any.</summary>
    public IReadOnlyList<string> Allowed => [.. Arguments("allowed").SelectMany(argument => argument.Parts).Select(part => part.Text)];

    public long? Limit(string decorator) => Arguments(decorator) is [var value, ..] ? long.Parse(value.Text, CultureInfo.InvariantCulture) : null;

    private IReadOnlyList<SyntaxNode> Arguments(string decorator) =>
    [
        .. Decorators
            .SelectMany(node => node.Parts)
            .Where(call => call.Kind == "call_expression" && call.Parts.First().Text == decorator)
            .SelectMany(call => call.Parts.Last().Parts),
    ];
}

/// <summary>A resource of a template.</summary>
public sealed record BicepResource(string Symbol, string Type, string ApiVersion, bool Existing, SyntaxNode Body, int Line);

/// <summary>A use of a module.</summary>
/// <param name="Condition">The condition under which it is deployed; null when always.</param>
public sealed record BicepModule(string Symbol, string Path, string? Condition, SyntaxNode Body, SyntaxNode Node);
