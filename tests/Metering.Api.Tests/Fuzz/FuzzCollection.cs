namespace Metering.Api.Tests.Fuzz;

/// <summary>Alone, because what a request allocates is counted over the whole process.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class FuzzCollection
{
    public const string Name = "fuzzing";
}
