using System.Text.Json;
using System.Text.RegularExpressions;

namespace Infra.Tests.Compiler;

/// <summary>
/// A resource with all its properties as a deployment would make it. What only Azure knows stands there as an expression.
/// </summary>
public sealed partial record DeployedResource(string Type, string Name, string Id, JsonElement Body)
{
    /// <summary>
    /// The id of the resource that this one says something about: a role, a lock, a setting of diagnostics. Null when it is about the whole
    /// group.
    /// </summary>
    public string? Scope
    {
        get
        {
            // The name of a role assignment holds what only Azure knows, so its id is an expression that begins with its scope.
            if (ScopeOfExpression().Match(Id) is { Success: true } expression)
            {
                return expression.Groups["scope"].Value;
            }

            int end = Id.LastIndexOf("/providers/" + Type, StringComparison.Ordinal);
            return end > 0 && Id[..end].Contains("/providers/", StringComparison.Ordinal) ? Id[..end] : null;
        }
    }

    /// <summary>The property at a path with slashes; null when it is not set.</summary>
    public JsonElement? Property(string path)
    {
        JsonElement value = Body;
        foreach (string step in path.Split('/'))
        {
            if (value.ValueKind != JsonValueKind.Object || !value.TryGetProperty(step, out value))
            {
                return null;
            }
        }

        return value;
    }

    /// <summary>
    /// An id without what differs between environments: the group, the environment's name, and the 13 characters that make names unique.
    /// </summary>
    public static string Plain(string id) =>
        Unique().Replace(id[(id.LastIndexOf("/providers/", StringComparison.Ordinal) + "/providers/".Length)..], "");

    [GeneratedRegex(@"^\[extensionResourceId\('(?<scope>[^']+)'")]
    private static partial Regex ScopeOfExpression();

    [GeneratedRegex(@"(-meter-[a-z]+)?(-?[a-z2-7]{13})(?=/|$)")]
    private static partial Regex Unique();
}
