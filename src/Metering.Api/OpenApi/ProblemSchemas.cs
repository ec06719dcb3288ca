using System.Text.Json.Nodes;
using static Metering.Api.SchemaParts;

namespace Metering.Api;

/// <summary>Schemas of what goes wrong: problem documents (RFC 9457), and JSON:API's errors.</summary>
internal static class ProblemSchemas
{
    public static JsonObject Problem() => new()
    {
        ["type"] = "object",
        ["description"] = "A problem document (RFC 9457). The refusal of a use has the usage answer's fields too.",
        ["required"] = new JsonArray("type", "title", "status", "detail", "code"),
        ["properties"] = new JsonObject
        {
            ["type"] = Text("The code as a URI.", format: "uri"),
            ["title"] = Text("What is wrong, the same for every problem with this code."),
            ["status"] = Text("The HTTP status.", type: "integer"),
            ["detail"] = Text("What is wrong here, and what to do."),
            ["code"] = new JsonObject
            {
                ["type"] = "string",
                ["description"] = "What is wrong, for programs.",
                ["enum"] = new JsonArray([.. ProblemCode.All.Order(StringComparer.Ordinal).Select(code => (JsonNode)code)]),
            },
            ["errors"] = new JsonObject
            {
                ["type"] = "array",
                ["description"] = "The fields at fault.",
                ["items"] = new JsonObject
                {
                    ["type"] = "object",
                    ["description"] = "A field at fault.",
                    ["required"] = new JsonArray("pointer", "detail"),
                    ["properties"] = new JsonObject
                    {
                        ["pointer"] = Text("The field of the body, or the query or path parameter, as a JSON pointer."),
                        ["detail"] = Text("What is wrong with it."),
                    },
                },
            },
            ["total_cores"] = Text("Of a machine that is refused: cores of all machines, this one included.", type: "number"),
            ["max_cores"] = Text("Of a machine that is refused: the license's limit.", type: "number"),
            ["cores"] = Text("Of a machine that is refused: its cores.", type: "number"),
            ["event_id"] = Text("Of an event that is refused: its id."),
        },
    };

    public static JsonObject Errors() => new()
    {
        ["type"] = "object",
        ["description"] = "JSON:API errors.",
        ["required"] = new JsonArray("errors"),
        ["properties"] = new JsonObject
        {
            ["errors"] = new JsonObject
            {
                ["type"] = "array",
                ["description"] = "What is wrong.",
                ["items"] = new JsonObject
                {
                    ["type"] = "object",
                    ["description"] = "An error.",
                    ["required"] = new JsonArray("status", "title", "detail", "code"),
                    ["properties"] = new JsonObject
                    {
                        ["status"] = Text("The HTTP status, as text."),
                        ["title"] = Text("What is wrong, the same for every error with this code."),
                        ["detail"] = Text("What is wrong here."),
                        ["code"] = Text("What is wrong, for programs; such as `LICENSE_USAGE_LIMIT_EXCEEDED`."),
                        ["source"] = new JsonObject
                        {
                            ["type"] = "object",
                            ["description"] = "Where it is wrong.",
                            ["properties"] = new JsonObject { ["pointer"] = Text("The field, as a JSON pointer.") },
                        },
                    },
                },
            },
        },
    };
}
