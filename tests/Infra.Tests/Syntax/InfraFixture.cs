namespace Infra.Tests.Syntax;

/// <summary>The templates of the repository, parsed once for all tests of a class.</summary>
public sealed class InfraFixture
{
    public InfraFiles Files { get; } = InfraFiles.Load(Repository.PathOf("infra"));
}
