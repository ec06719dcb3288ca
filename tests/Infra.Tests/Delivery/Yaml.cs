using YamlDotNet.RepresentationModel;

namespace Infra.Tests.Delivery;

/// <summary>A file of YAML, read by paths.</summary>
internal static class Yaml
{
    /// <summary>The file's one document.</summary>
    public static YamlNode Read(params string[] parts)
    {
        using var text = new StringReader(Repository.Read(parts));
        YamlStream stream = [];
        stream.Load(text);
        return Assert.Single(stream.Documents).RootNode;
    }

    /// <summary>What lies below keys, with dots between; null where nothing does.</summary>
    public static YamlNode? At(this YamlNode node, string path)
    {
        foreach (string key in path.Split('.'))
        {
            if (node is not YamlMappingNode map || !map.Children.TryGetValue(new YamlScalarNode(key), out YamlNode? inner))
            {
                return null;
            }

            node = inner;
        }

        return node;
    }

    /// <summary>A text; null where there is none.</summary>
    public static string? Text(this YamlNode node, string path) => (node.At(path) as YamlScalarNode)?.Value;

    /// <summary>The members of a list.</summary>
    public static IReadOnlyList<YamlNode> List(this YamlNode node, string path) => [.. (YamlSequenceNode)node.At(path)!];

    /// <summary>The keys of a map, with what lies below each.</summary>
    public static IReadOnlyDictionary<string, YamlNode> Map(this YamlNode node, string path) =>
        ((YamlMappingNode)node.At(path)!).Children.ToDictionary(child => ((YamlScalarNode)child.Key).Value!, child => child.Value);
}
