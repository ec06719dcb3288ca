using System.Collections.Frozen;
using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Metering.Api;

/// <summary>
/// Says what is wrong with JSON that could not be read: no JSON at all, a field that is not known or there twice, or one of the wrong type.
/// </summary>
internal static class JsonFault
{
    private const string BuiltInMessage = "The JSON value could not be converted to ";

    private static readonly FrozenDictionary<string, string> Expectations = new Dictionary<string, string>
    {
        ["System.String"] = "must be a string",
        ["System.Boolean"] = "must be true or false",
        ["System.Int32"] = "must be a whole number",
        ["System.Int64"] = "must be a whole number",
        ["System.Decimal"] = "must be a number",
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <param name="json">The JSON.</param>
    /// <param name="exception">What its reader said.</param>
    /// <param name="type">The type that it was read as; null when it was read as JSON only.</param>
    public static Problem Explain(ReadOnlySpan<byte> json, JsonException exception, JsonTypeInfo? type = null)
    {
        try
        {
            // First, because the serializer throws the same exception for what is too deep as for what is malformed.
            if (JsonDepth.FindTooDeep(json) is { } pointer)
            {
                return Problem.Field(pointer, JsonDepth.Detail);
            }
        }
        catch (JsonException malformed)
        {
            return new Problem(
                ProblemCode.MalformedJson,
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"The body is not JSON: line {malformed.LineNumber + 1}, byte {malformed.BytePositionInLine + 1}."));
        }

        if (type is not null)
        {
            var errors = new FieldErrors();
            JsonFields.Check(json, type, errors);
            if (errors.Any)
            {
                return errors.ToProblem();
            }
        }

        return Problem.Field(ToPointer(exception.Path), Describe(exception.Message));
    }

    /// <summary>A serializer's path as a JSON pointer: <c>$.plans[0].id</c> is <c>/plans/0/id</c>.</summary>
    public static string ToPointer(string? path)
    {
        if (path is null || path.Length == 0 || path[0] != '$')
        {
            return "";
        }

        var pointer = new StringBuilder();
        for (var at = 1; at < path.Length;)
        {
            int end;
            string segment;
            if (path.AsSpan(at).StartsWith("['"))
            {
                end = path.IndexOf("']", at, StringComparison.Ordinal);
                segment = end < 0 ? path[(at + 2)..] : path[(at + 2)..end];
                at = end < 0 ? path.Length : end + 2;
            }
            else
            {
                end = path.AsSpan(at + 1).IndexOfAny('.', '[');
                end = end < 0 ? path.Length : at + 1 + end;
                segment = path[(at + 1)..end].TrimEnd(']');
                at = end;
            }

            pointer.Append('/').Append(JsonFields.Escape(segment));
        }

        return pointer.ToString();
    }

    private static string Describe(string message)
    {
        // What the serializer expected is told by its message only; the exception has no field for it. Tests hold us to its words.
        if (!message.StartsWith(BuiltInMessage, StringComparison.Ordinal))
        {
            // Our own converters say what they expect; anything else the serializer says is about text that is no text.
            return message.StartsWith("must ", StringComparison.Ordinal) ? message : "must be valid Unicode text of the right form";
        }

        var type = message[BuiltInMessage.Length..];
        foreach (var (name, expectation) in Expectations)
        {
            if (type.StartsWith(name, StringComparison.Ordinal) || type.StartsWith($"System.Nullable`1[{name}]", StringComparison.Ordinal))
            {
                return expectation;
            }
        }

        return type.Contains("[]", StringComparison.Ordinal) || type.Contains("ImmutableArray", StringComparison.Ordinal)
            ? "must be an array"
            : "must be an object";
    }
}
