using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Metering.Cli.Output;

/// <summary>JSON as the API has it: the same names, and nulls where there is nothing.</summary>
internal static class ToolJson
{
    /// <summary>One line.</summary>
    public static readonly JsonSerializerOptions Lines = New(indented: false);

    /// <summary>For people to read.</summary>
    public static readonly JsonSerializerOptions Indented = New(indented: true);

    private static JsonSerializerOptions New(bool indented) => new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseLower) },
        // It goes to a terminal or a file and never into a page.
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        WriteIndented = indented,
    };
}
