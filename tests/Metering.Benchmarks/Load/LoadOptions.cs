using System.CommandLine;

namespace Metering.Benchmarks;

/// <summary>Options that several commands have, so that they mean the same in each.</summary>
internal static class LoadOptions
{
    public static Option<int> Connections() => new("--connections")
    {
        Description = "Connections, each with one request under way.",
        DefaultValueFactory = _ => 64,
    };

    public static Option<int> Licenses() => new("--licenses")
    {
        Description = "Licenses that the load is spread over.",
        DefaultValueFactory = _ => 10_000,
    };

    public static Option<string> Work() => new("--work")
    {
        Description = "Where data is kept for the time of the run.",
        DefaultValueFactory = _ => Path.GetTempPath(),
    };
}
