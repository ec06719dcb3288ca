using System.Reflection;
using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace Metering.Api;

/// <summary>The words of the code's own documentation, from the XML files that the compiler puts beside the assemblies.</summary>
/// <remarks>So that a field is described in one place, and the document that clients read can't say something else than the code.</remarks>
internal sealed partial class XmlDocs
{
    private readonly Dictionary<string, XElement> _members = new(StringComparer.Ordinal);

    public XmlDocs(params Assembly[] assemblies)
    {
        foreach (var name in assemblies.Select(assembly => assembly.GetName().Name))
        {
            var file = Path.Combine(AppContext.BaseDirectory, name + ".xml");
            // A host that was published without these files still has a document, without the words.
            if (File.Exists(file))
            {
                foreach (var member in XDocument.Load(file).Descendants("member"))
                {
                    _members[(string)member.Attribute("name")!] = member;
                }
            }
        }
    }

    /// <summary>What a type is; null where nothing says so.</summary>
    public string? Of(Type type) => Text(_members.GetValueOrDefault("T:" + NameOf(type))?.Element("summary"));

    /// <summary>What a property or a value of an enum is; null where nothing says so.</summary>
    public string? Of(MemberInfo member)
    {
        var type = member.DeclaringType!;
        var kind = member is FieldInfo ? 'F' : 'P';
        var summary = _members.GetValueOrDefault($"{kind}:{NameOf(type)}.{member.Name}")?.Element("summary");

        // A property of a record's head is described as its parameter.
        var parameters = _members.GetValueOrDefault("T:" + NameOf(type))?.Elements("param");
        return Text(summary ?? parameters?.FirstOrDefault(one => (string?)one.Attribute("name") == member.Name));
    }

    private static string NameOf(Type type) => (type.IsGenericType ? type.GetGenericTypeDefinition() : type).FullName!.Replace('+', '.');

    private static string? Text(XElement? element)
    {
        if (element is null)
        {
            return null;
        }

        var text = string.Concat(element.Nodes().Select(node => node switch
        {
            XText words => words.Value,
            XElement { Name.LocalName: "see" or "seealso" } see => Named(see),
            XElement { Name.LocalName: "paramref" } reference => Field((string)reference.Attribute("name")!),
            XElement { Name.LocalName: "c" } code => $"`{code.Value}`",
            XElement other => other.Value,
            _ => "",
        }));
        return Spaces().Replace(text, " ").Trim();
    }

    private static string Named(XElement see) => (string?)see.Attribute("cref") is { } reference
        ? Field(reference.Split('(')[0].Split('.')[^1])
        : (string?)see.Attribute("langword") ?? see.Value;

    private static string Field(string name) => $"`{System.Text.Json.JsonNamingPolicy.SnakeCaseLower.ConvertName(name)}`";

    [GeneratedRegex(@"\s+")]
    private static partial Regex Spaces();
}
