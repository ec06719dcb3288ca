using System.Text.Json;

namespace Infra.Tests.Compiler;

/// <summary>A template as Azure gets it. A module is a deployment in it, with a template of its own.</summary>
/// <param name="Name">The name of the module in the template that uses it; <c>main</c> for the outermost one.</param>
public sealed record CompiledTemplate(string Name, JsonElement Root)
{
    public IEnumerable<JsonProperty> Parameters => Members("parameters");

    public IEnumerable<JsonProperty> Outputs => Members("outputs");

    /// <summary>
    /// The resources by their names in the source. A template without types of its own is compiled to a plain list: those have none.
    /// </summary>
    public IEnumerable<(string Name, JsonElement Value)> Resources => Root.GetProperty("resources") switch
    {
        { ValueKind: JsonValueKind.Array } list => list.EnumerateArray().Select(resource => ("", resource)),
        var named => named.EnumerateObject().Select(resource => (resource.Name, resource.Value)),
    };

    public static CompiledTemplate Parse(string json)
    {
        using JsonDocument document = JsonDocument.Parse(json, new JsonDocumentOptions { MaxDepth = 512 });
        return new CompiledTemplate("main", document.RootElement.Clone());
    }

    /// <summary>This template and those of its modules.</summary>
    public IEnumerable<CompiledTemplate> All() => Resources
        .Where(resource => resource.Value.GetProperty("type").GetString() == "Microsoft.Resources/deployments")
        .SelectMany(module => new CompiledTemplate(module.Name, module.Value.GetProperty("properties").GetProperty("template")).All())
        .Prepend(this);

    /// <summary>
    /// Every string of a part of this template; expressions among them. What is in the template of a module is the module's.
    /// </summary>
    public static IEnumerable<string> Strings(JsonElement part) => part.ValueKind switch
    {
        JsonValueKind.String => [part.GetString()!],
        JsonValueKind.Array => part.EnumerateArray().SelectMany(Strings),
        JsonValueKind.Object => part.EnumerateObject()
            .Where(member => member.Name != "template")
            .SelectMany(member => Strings(member.Value).Prepend(member.Name)),
        _ => [],
    };

    private JsonProperty[] Members(string name) => Root.TryGetProperty(name, out JsonElement members) ? [.. members.EnumerateObject()] : [];
}
