using System.Diagnostics;
using System.Globalization;
using Metering.Server.Engine;

namespace Metering.Benchmarks;

/// <summary>Sends commands to an engine, without HTTP, and measures how many become durable.</summary>
internal sealed class EngineLoad(MeterEngine engine)
{
    // As long as a real one. Like the key below, it is made cheaply, because the sender's garbage is counted as the engine's.
    private const string BodyHash = "0123456789abcdef01234567";
    private const int MaxConcurrentMakers = 512;

    /// <summary>Makes licenses of one kind.</summary>
    /// <returns>Their ids.</returns>
    public async Task<string[]> MakeAsync(Workload workload, string prefix, int count)
    {
        var ids = new string[count];
        await Parallel.ForAsync(
            0,
            count,
            new ParallelOptions { MaxDegreeOfParallelism = MaxConcurrentMakers },
            async (number, stop) =>
            {
                var id = ids[number] = $"lic_{prefix}_{number.ToString("D8", CultureInfo.InvariantCulture)}";
                foreach (var command in workload.Make(id))
                {
                    Expect(await engine.ApplyAsync(id, command, null, stop));
                }
            });
        await engine.FlushAsync();
        return ids;
    }

    /// <summary>Keeps commands under way for a time.</summary>
    /// <param name="workload">What to send.</param>
    /// <param name="ids">To which licenses, in turn.</param>
    /// <param name="senders">How many senders there are.</param>
    /// <param name="window">Commands that each sender has under way.</param>
    /// <param name="warmUp">How long to send before measuring.</param>
    /// <param name="time">How long to measure.</param>
    /// <remarks>What was acknowledged counts; before the end of the time the engine has written out all but its bounded backlog.</remarks>
    public async Task<Measurement> RunAsync(Workload workload, string[] ids, int senders, int window, TimeSpan warmUp, TimeSpan time)
    {
        var run = Guid.NewGuid().ToString("N")[..8];
        var from = Stopwatch.GetTimestamp() + (long)(warmUp.TotalSeconds * Stopwatch.Frequency);
        var until = from + (long)(time.TotalSeconds * Stopwatch.Frequency);
        var taken = TakenAsync(warmUp, time);
        var measured = await Task.WhenAll(Enumerable.Range(0, senders).Select(sender => Task.Run(
            () => SendAsync(workload, ids, run, sender, senders, window, from, until))));
        var latencies = new LatencyHistogram();
        foreach (var one in measured)
        {
            latencies.Add(one);
        }

        var (processor, bytes, paused) = await taken;
        return new Measurement(latencies.Count / time.TotalSeconds, latencies)
        {
            HostMicroseconds = processor.TotalSeconds * 1_000_000 / Math.Max(1, latencies.Count),
            AllocatedBytes = (double)bytes / Math.Max(1, latencies.Count),
            Paused = paused / time,
            Answered = latencies.Count,
        };
    }

    // What the process takes while it is measured, with the sender's part: a command, its key and what awaits its answer.
    private static async Task<(TimeSpan Processor, long Bytes, TimeSpan Paused)> TakenAsync(TimeSpan after, TimeSpan time)
    {
        await Task.Delay(after);
        var before = Taken();
        await Task.Delay(time);
        var now = Taken();
        return (now.Processor - before.Processor, now.Bytes - before.Bytes, now.Paused - before.Paused);

        // Without the exact count, the one of bytes stands still for seconds.
        static (TimeSpan Processor, long Bytes, TimeSpan Paused) Taken() =>
            (Environment.CpuUsage.TotalTime, GC.GetTotalAllocatedBytes(precise: true), GC.GetTotalPauseDuration());
    }

    private async Task<LatencyHistogram> SendAsync(
        Workload workload, string[] ids, string run, int sender, int senders, int window, long from, long until)
    {
        var latencies = new LatencyHistogram();
        var underWay = new UnderWay[window];
        for (var sent = 0L; ; sent++)
        {
            if (sent >= window)
            {
                await TakeAsync(underWay[sent % window], latencies, from, until);
            }

            var now = Stopwatch.GetTimestamp();
            if (now >= until)
            {
                for (var left = Math.Max(0, sent - window + 1); left < sent; left++)
                {
                    await TakeAsync(underWay[left % window], latencies, from, until);
                }

                return latencies;
            }

            var number = (sent * senders) + sender;
            var once = Once.ByKey(string.Create(CultureInfo.InvariantCulture, $"{run}{number:D16}"), BodyHash);
            underWay[sent % window] = new UnderWay(
                engine.ApplyAsync(ids[number % ids.Length], workload.Next(number), once, CancellationToken.None), now);
        }
    }

    private static async ValueTask TakeAsync(UnderWay command, LatencyHistogram latencies, long from, long until)
    {
        Expect(await command.Answer);
        var now = Stopwatch.GetTimestamp();
        if (now >= from && now < until)
        {
            latencies.Add(now - command.Sent);
        }
    }

    private static void Expect(ApplyResult result)
    {
        if (result is not { Status: ApplyStatus.Applied, Answer: not Refusal })
        {
            throw new InvalidOperationException($"The engine answered {result}.");
        }
    }

    /// <summary>A command that was sent; its answer is awaited once.</summary>
    private readonly record struct UnderWay(ValueTask<ApplyResult> Answer, long Sent);
}
