namespace Metering.Api;

/// <summary>A request can't be done as it was asked; it is answered with the problem. Not a bug, and not logged as one.</summary>
internal sealed class ProblemException(Problem problem) : Exception(problem.Detail)
{
    public Problem Problem { get; } = problem;
}
