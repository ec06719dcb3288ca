namespace Metering.Conformance.Client;

/// <summary>
/// A test of paths that must come to the host as they were sent; skipped where <c>METERING_PATHS_REWRITTEN</c> is 1, because what stands
/// in front of the host encodes them anew, as the Azure Functions host does.
/// </summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class ExactPathsTheoryAttribute : TheoryAttribute
{
    public ExactPathsTheoryAttribute()
    {
        if (MeteringHost.Variable("METERING_PATHS_REWRITTEN") == "1")
        {
            Skip = "paths are encoded anew on their way (METERING_PATHS_REWRITTEN=1)";
        }
    }
}
