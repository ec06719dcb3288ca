using System.Collections.Concurrent;
using Infra.Tests.Checks;
using Infra.Tests.Compiler;

namespace Infra.Tests;

/// <summary>Compiles a copy of the templates for each planted mistake, and keeps what was found in it.</summary>
public sealed class PlantedMistakesFixture(InfraFixture right) : IAsyncLifetime
{
    private const int AtATime = 2;

    private readonly ConcurrentDictionary<PlantedMistake, IReadOnlyList<string>> found = [];

    public IReadOnlyList<string> FoundIn(PlantedMistake mistake) => found[mistake];

    public Task InitializeAsync()
    {
        PlantedCopy.RemoveAll();
        return Parallel.ForEachAsync(
            PlantedMistakesTests.Mistakes,
            new ParallelOptions { MaxDegreeOfParallelism = AtATime },
            async (mistake, _) => found[mistake] = await FindAsync(mistake));
    }

    public Task DisposeAsync() => Task.CompletedTask;

    private async Task<IReadOnlyList<string>> FindAsync(PlantedMistake mistake)
    {
        if (!Repository.Read("infra", mistake.File).Contains(mistake.Right, StringComparison.Ordinal))
        {
            return [$"infra/{mistake.File} has changed, and the text is not in it any more: plant the mistake anew"];
        }

        using PlantedCopy copy = new(mistake);
        CompiledInfra infra = await CompiledInfra.CompileAsync(right.Compiler, copy.Root, Touched(mistake.File));

        // What does not compile is not looked at any further.
        infra = right.Infra.With(infra);
        return infra.Problems.Count > 0
            ? infra.Problems
            :
            [
                .. DescriptionChecks.Check(infra), .. ConditionChecks.Check(infra), .. RoleChecks.Check(infra),
                .. SecretChecks.Check(infra), .. ProtectionChecks.Check(infra), .. NetworkChecks.Check(infra), .. AppSettings.Check(infra),
            ];
    }

    // Nothing is compiled again that is as it was: a template is seen by the deployment of everything, the app by its own as well.
    private static IEnumerable<string> Touched(string file) => file switch
    {
        _ when file.EndsWith(".bicepparam", StringComparison.Ordinal) => [$"infra/{file}"],
        "modules/function-app.bicep" => [CompiledInfra.Everything, CompiledInfra.AppWithEverything, CompiledInfra.AppAlone],
        _ => [CompiledInfra.Everything],
    };
}
