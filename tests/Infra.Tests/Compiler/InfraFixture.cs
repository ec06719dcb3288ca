namespace Infra.Tests.Compiler;

/// <summary>The templates of the repository, compiled once for all tests, and the compiler.</summary>
public sealed class InfraFixture : IAsyncLifetime
{
    public BicepCompiler Compiler { get; } = BicepCompiler.Start();

    public CompiledInfra Infra { get; private set; } = null!;

    public async Task InitializeAsync() =>
        Infra = await CompiledInfra.CompileAsync(Compiler, Repository.Root, CompiledInfra.ParameterFiles);

    public async Task DisposeAsync() => await Compiler.DisposeAsync();
}
