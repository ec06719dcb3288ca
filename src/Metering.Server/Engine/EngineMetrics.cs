using System.Diagnostics;
using System.Diagnostics.Metrics;
using Metering.Api;

namespace Metering.Server.Engine;

/// <summary>The engine's own instruments; they cost next to nothing as long as nobody listens.</summary>
internal static class EngineMetrics
{
    /// <summary>The name of the meter and of the activity source.</summary>
    internal const string Name = ApiMetrics.Name;

    internal static readonly Meter Meter = new(Name);

    /// <summary>Traces: one span a command, from its sending to its answer.</summary>
    internal static readonly ActivitySource Source = new(Name);

    private static readonly Counter<long> Commands =
        Meter.CreateCounter<long>("metering.commands", "{command}", "Commands, by `command` and by `result`: applied, replayed, busy, or the code of a refusal.");

    private static readonly Histogram<int> BatchSize =
        Meter.CreateHistogram<int>("metering.commit.size", "{command}", "Commands that became durable in one commit.");

    private static readonly Histogram<double> CommitTime =
        Meter.CreateHistogram<double>("metering.commit.duration", "s", "Time of a commit.");

    private static readonly Histogram<double> WriteOutTime =
        Meter.CreateHistogram<double>("metering.write_out.duration", "s", "Time of writing pending commands to the store's tables.");

    private static readonly Counter<long> WrittenOutCommands =
        Meter.CreateCounter<long>("metering.write_out.commands", "{command}", "Commands written to the store's tables.");

    internal static void Committed(List<Batch> batches, TimeSpan duration)
    {
        // A pass over every command, with tags for each: where nobody listens, nobody pays for it.
        if (!CommitTime.Enabled && !Commands.Enabled)
        {
            return;
        }

        var size = 0;
        foreach (var batch in batches)
        {
            size += batch.Commands.Count;
            foreach (var command in batch.Commands)
            {
                Commands.Add(
                    1,
                    new KeyValuePair<string, object?>("command", command.Command.GetType().Name),
                    new KeyValuePair<string, object?>("result", ResultOf(command.Result)));
            }
        }

        if (size > 0)
        {
            BatchSize.Record(size);
            CommitTime.Record(duration.TotalSeconds);
        }
    }

    internal static void WrittenOut(int commands, TimeSpan duration)
    {
        WrittenOutCommands.Add(commands);
        WriteOutTime.Record(duration.TotalSeconds);
    }

    /// <summary>What a command came to, as a word for metrics and traces.</summary>
    internal static string ResultOf(ApplyResult? result) => result switch
    {
        null or { Status: ApplyStatus.Failed } => "failed",
        { Answer: Refusal refusal } => refusal.Code,
        { Status: ApplyStatus.Applied } => "applied",
        { Status: ApplyStatus.Replayed } => "replayed",
        { Status: ApplyStatus.KeyReused } => "key_reused",
        { Status: ApplyStatus.LicenseNotFound } => "license_not_found",
        _ => "busy",
    };
}
