using System.Text.Json;

namespace Infra.Tests.Checks;

/// <summary>The configuration of the Functions host.</summary>
public static class HostJson
{
    public static HostJsonKeys KnownKeys()
    {
        using JsonDocument data = Repository.ReadData("host-json-keys.json");
        return new HostJsonKeys(data.RootElement.GetProperty("sections").EnumerateArray()
            .SelectMany(section => section.GetProperty("keys").EnumerateArray())
            .Select(key => key.GetString()!)
            .ToHashSet());
    }

    /// <summary>Every value with the path of its key, with dots between.</summary>
    public static IReadOnlyDictionary<string, JsonElement> Values(JsonElement host)
    {
        Dictionary<string, JsonElement> values = [];
        Collect(host, "", values);
        return values;
    }

    private static void Collect(JsonElement element, string path, Dictionary<string, JsonElement> values)
    {
        foreach (JsonProperty property in element.EnumerateObject())
        {
            string key = path.Length == 0 ? property.Name : $"{path}.{property.Name}";
            if (property.Value.ValueKind == JsonValueKind.Object)
            {
                Collect(property.Value, key, values);
            }
            else
            {
                values[key] = property.Value.Clone();
            }
        }
    }
}
