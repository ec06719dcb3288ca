using Infra.Tests.Checks;
using Infra.Tests.Compiler;

namespace Infra.Tests;

/// <summary>The templates and parameter files of <c>infra</c>.</summary>
[Collection(InfraCollection.Name)]
public sealed class InfraTests(InfraFixture fixture)
{
    private CompiledInfra Infra => fixture.Infra;

    /// <summary>
    /// Not an error, nor a warning, nor a remark: for the compiler a property with a wrong type or a wrong name is a warning.
    /// </summary>
    [Fact]
    public void The_compiler_and_its_linter_have_nothing_to_say() => Assert.Empty(Infra.Problems);

    [Fact]
    public async Task Every_template_is_part_of_the_deployment()
    {
        IReadOnlyList<string> used = await fixture.Compiler.FilesAsync(Repository.Root, "infra/main.bicep");
        IEnumerable<string> there = Directory.EnumerateFiles(Repository.PathOf("infra"), "*.bicep", SearchOption.AllDirectories)
            .Select(path => Path.GetRelativePath(Repository.Root, path).Replace('\\', '/'));
        Assert.Equal(
            there.Order(StringComparer.Ordinal),
            used.Where(file => file.EndsWith(".bicep", StringComparison.Ordinal)).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Every_parameter_file_is_compiled() => Assert.Equal(
        Directory.EnumerateFiles(Repository.PathOf("infra"), "*.bicepparam").Select(path => "infra/" + Path.GetFileName(path))
            .Order(StringComparer.Ordinal),
        CompiledInfra.ParameterFiles.Where(file => file.StartsWith("infra/", StringComparison.Ordinal)).Order(StringComparer.Ordinal));

    [Fact]
    public void Every_parameter_and_output_is_described() => Assert.Empty(DescriptionChecks.Check(Infra));

    [Fact]
    public void What_may_not_be_deployed_is_asked_only_where_it_is() => Assert.Empty(ConditionChecks.Check(Infra));

    [Fact]
    public void Roles_are_built_in_and_no_more_than_needed() => Assert.Empty(RoleChecks.Check(Infra));

    [Fact]
    public void No_secret_is_written_down() => Assert.Empty(SecretChecks.Check(Infra));

    [Fact]
    public void Promised_protection_is_set() => Assert.Empty(ProtectionChecks.Check(Infra));

    [Fact]
    public void With_a_network_of_its_own_nothing_is_reached_another_way_and_without_one_there_is_none() =>
        Assert.Empty(NetworkChecks.Check(Infra));

    /// <summary>Of the types that the compiler knows; with a new compiler this says which versions to take.</summary>
    [Fact]
    public async Task Each_resource_is_of_the_newest_version_of_its_type()
    {
        using PlantedCopy copy = new(new PlantedMistake(
            "bicepconfig.json", "\"rules\": {", "\"rules\": { \"use-recent-api-versions\": { \"level\": \"warning\", \"maxAgeInDays\": 0 },", ""));
        CompiledInfra compiled = await CompiledInfra.CompileAsync(fixture.Compiler, copy.Root, [CompiledInfra.Everything]);

        // The newest stable version of this one is ten years old, and lacks what every newer service logs.
        Assert.DoesNotContain(
            compiled.Problems, problem => !problem.Contains("Microsoft.Insights/diagnosticSettings", StringComparison.Ordinal));
        Assert.NotEmpty(compiled.Problems);
    }

    [Fact]
    public void Settings_in_Azure_and_local_settings_agree() => Assert.Empty(AppSettings.Check(Infra));

    [Theory]
    [InlineData("functionAppUrl")]
    [InlineData("functionAppName")]
    [InlineData("eventHubsNamespaceFqdn")]
    [InlineData("eventHubName")]
    [InlineData("meteringStorageAccountName")]
    public void Producers_and_operators_get_the_output(string name) =>
        Assert.Contains(name, Infra.Template.Outputs.Select(output => output.Name));
}
