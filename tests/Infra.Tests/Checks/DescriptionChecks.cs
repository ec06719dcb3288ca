using System.Text.Json;
using Infra.Tests.Compiler;

namespace Infra.Tests.Checks;

/// <summary>Every parameter and every output says what it is.</summary>
public static class DescriptionChecks
{
    public static IEnumerable<string> Check(CompiledInfra infra) =>
        from template in infra.Template.All()
        from member in template.Parameters.Concat(template.Outputs)
        where !Described(member.Value)
        select $"{template.Name}: '{member.Name}' has no description";

    private static bool Described(JsonElement member) =>
        member.TryGetProperty("metadata", out JsonElement metadata) && metadata.TryGetProperty("description", out JsonElement text)
        && !string.IsNullOrWhiteSpace(text.GetString());
}
