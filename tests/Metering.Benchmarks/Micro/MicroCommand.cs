using System.CommandLine;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains.InProcess.Emit;

namespace Metering.Benchmarks;

/// <summary>Runs the micro benchmarks of the domain.</summary>
internal static class MicroCommand
{
    public static System.CommandLine.Command Create()
    {
        var filter = new Option<string>("--filter") { Description = "Which benchmarks, as a pattern.", DefaultValueFactory = _ => "*" };
        var quick = new Option<bool>("--short") { Description = "Fewer repetitions." };
        var command = new System.CommandLine.Command("micro", "Time and memory of single decisions.") { filter, quick };
        command.SetAction(parsed =>
        {
            var job = (parsed.GetValue(quick) ? Job.ShortRun : Job.Default).WithToolchain(InProcessEmitToolchain.Instance);
            var config = DefaultConfig.Instance.AddJob(job);
            BenchmarkSwitcher.FromTypes([typeof(DecisionBenchmarks)]).Run(["--filter", parsed.GetRequiredValue(filter)], config);
        });
        return command;
    }
}
