namespace Infra.Tests.Compiler;

/// <summary>The tests that share the compiled templates.</summary>
[CollectionDefinition(Name)]
public sealed class InfraCollection : ICollectionFixture<InfraFixture>
{
    public const string Name = "infra";
}
