using System.Text.Json;

namespace Infra.Tests.Compiler;

/// <summary>
/// What a parameter file deploys: the modules' resources too, with parameters, variables, conditions and loops worked out.
/// </summary>
public sealed record Deployment(IReadOnlyList<DeployedResource> Resources)
{
    public IEnumerable<DeployedResource> OfType(string type) => Resources.Where(resource => resource.Type == type);

    public static Deployment Parse(string snapshot)
    {
        using JsonDocument document = JsonDocument.Parse(snapshot, new JsonDocumentOptions { MaxDepth = 512 });
        return new Deployment(
        [
            .. document.RootElement.GetProperty("predictedResources").EnumerateArray().Select(resource => new DeployedResource(
                resource.GetProperty("type").GetString()!,
                resource.GetProperty("name").GetString()!,
                resource.GetProperty("id").GetString()!,
                resource.Clone())),
        ]);
    }
}
