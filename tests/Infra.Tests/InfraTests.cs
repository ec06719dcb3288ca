using Infra.Tests.Checks;
using Infra.Tests.Syntax;

namespace Infra.Tests;

/// <summary>The templates and parameter files of <c>infra</c>.</summary>
public sealed class InfraTests(InfraFixture fixture) : IClassFixture<InfraFixture>
{
    private InfraFiles Files => fixture.Files;

    [Fact]
    public void All_the_files_are_found()
    {
        Assert.NotNull(Files.Find("main.bicep"));
        Assert.Equal(["dev.bicepparam", "prod.bicepparam"], Files.ParameterFiles.Select(file => file.Path));
        Assert.True(Files.Templates.Count() > 8);
        Assert.All(Files.All, file => Assert.True(file.Variables.Count + file.Parameters.Count > 0, file.Path));
    }

    [Fact]
    public void Every_file_parses() => Assert.Empty(SyntaxChecks.Check(Files));

    [Fact]
    public void Names_are_declared_and_used() => Assert.Empty(SymbolChecks.Check(Files));

    [Fact]
    public void Modules_get_what_they_declare_and_give_what_is_asked() => Assert.Empty(ModuleChecks.Check(Files));

    [Fact]
    public void Parameter_files_fit_their_template() => Assert.Empty(ParameterFileChecks.Check(Files));

    [Fact]
    public void Resources_are_as_published() => Assert.Empty(ResourceTypeChecks.Check(Files));

    [Fact]
    public void Roles_are_built_in_and_no_more_than_needed() => Assert.Empty(RoleChecks.Check(Files));

    [Fact]
    public void No_secret_is_written_down() => Assert.Empty(SecretChecks.Check(Files));

    [Fact]
    public void Promised_protection_is_set() => Assert.Empty(ProtectionChecks.Check(Files));

    [Fact]
    public void Settings_in_Azure_and_local_settings_agree() => Assert.Empty(AppSettings.Check(Files));

    [Theory]
    [InlineData("functionAppUrl")]
    [InlineData("functionAppName")]
    [InlineData("eventHubsNamespaceFqdn")]
    [InlineData("eventHubName")]
    [InlineData("meteringStorageAccountName")]
    public void Producers_and_operators_get_the_output(string name) => Assert.Contains(name, Files.Find("main.bicep")!.Outputs.Keys);
}
