using System.Text;

namespace Metering.Api.Tests.Fuzz;

/// <summary>A request to a route of the OpenAPI document.</summary>
/// <param name="Method">Its method.</param>
/// <param name="Route">The route's path, with its parameters in braces.</param>
/// <param name="Segments">What stands for the parameters, escaped; <see cref="Known"/> for an id that the host has given out.</param>
/// <param name="Query">The query, with its question mark, or nothing.</param>
/// <param name="Headers">Its headers, without those of the body.</param>
/// <param name="MediaType">The body's media type.</param>
/// <param name="Coding">The body's <c>Content-Encoding</c>.</param>
/// <param name="Body">The body; null when there is none.</param>
/// <param name="Documented">The statuses that the document has for it.</param>
internal sealed record FuzzRequest(
    string Method, string Route, IReadOnlyList<string> Segments, string Query, IReadOnlyList<(string Name, string Value)> Headers,
    string? MediaType, string? Coding, byte[]? Body, IReadOnlySet<int> Documented)
{
    /// <summary>Stands for an id that the host has given out.</summary>
    public const string Known = "*";

    private const int MostShown = 2_000;

    /// <summary>With the whole of a short body, escaped.</summary>
    public override string ToString() =>
        $"{Method} {Route} [{string.Join(' ', Segments)}] {Query}\n{string.Join('\n', Headers.Select(header => $"{header.Name}: {header.Value}"))}\n"
        + $"{MediaType} {Coding} {Body?.Length} bytes\n{Shown()}";

    private string Shown() => Body is null ? "" : Coding is null
        ? Encoding.Latin1.GetString(Body.AsSpan(0, Math.Min(Body.Length, MostShown)))
        : Convert.ToHexString(Body.AsSpan(0, Math.Min(Body.Length, MostShown)));
}
