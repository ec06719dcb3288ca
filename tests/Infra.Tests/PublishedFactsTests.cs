using System.Text.Json;
using Infra.Tests.Checks;

namespace Infra.Tests;

/// <summary>The lists of public facts say where each fact is published, and hold nothing that is not needed.</summary>
public sealed class PublishedFactsTests
{
    private const string Documentation = "https://learn.microsoft.com/azure/";

    [Fact]
    public void Every_role_names_its_documentation_and_is_given()
    {
        using JsonDocument data = Repository.ReadData("built-in-roles.json");
        foreach (JsonProperty role in data.RootElement.GetProperty("roles").EnumerateObject())
        {
            string anchor = role.Name.ToLowerInvariant().Replace(' ', '-');
            string documentation = role.Value.GetProperty("documentation").GetString()!;
            Assert.StartsWith(Documentation + "role-based-access-control/built-in-roles/", documentation, StringComparison.Ordinal);
            Assert.EndsWith("#" + anchor, documentation, StringComparison.Ordinal);
            Assert.True(Guid.TryParseExact(role.Value.GetProperty("id").GetString(), "D", out _), role.Name);
            Assert.Contains(RoleChecks.Grants, grant => grant.Role == role.Name);
        }
    }

    [Fact]
    public void Every_section_of_host_json_names_its_documentation()
    {
        using JsonDocument data = Repository.ReadData("host-json-keys.json");
        Assert.All(
            data.RootElement.GetProperty("sections").EnumerateArray(),
            section => Assert.StartsWith(Documentation + "azure-functions/", section.GetProperty("documentation").GetString(),
            StringComparison.Ordinal));
    }
}
