using System.Text.Json;
using System.Text.Json.Nodes;

namespace Metering.Conformance.Client;

/// <summary>Request bodies from anonymous objects.</summary>
public static class Body
{
    /// <summary>An object with the fields of all of them; a later one wins.</summary>
    public static JsonObject Of(params object?[] parts)
    {
        var body = new JsonObject();
        foreach (var part in parts)
        {
            if (part is not null)
            {
                foreach (var (name, value) in JsonSerializer.SerializeToNode(part)!.AsObject())
                {
                    body[name] = value?.DeepClone();
                }
            }
        }

        return body;
    }

    /// <summary>The object with one field given as JSON text, which may be no valid value, or left out.</summary>
    public static string WithRaw(JsonObject body, string field, string? raw)
    {
        var fields = body.Where(pair => pair.Key != field)
            .Select(pair => $"{JsonSerializer.Serialize(pair.Key)}:{pair.Value?.ToJsonString() ?? "null"}");
        return "{" + string.Join(',', raw is null ? fields : fields.Append($"{JsonSerializer.Serialize(field)}:{raw}")) + "}";
    }
}
