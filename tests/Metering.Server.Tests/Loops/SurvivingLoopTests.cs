using Metering.Server.Loops;
using Metering.Server.Tests.Support;
using Microsoft.Extensions.Logging.Abstractions;

namespace Metering.Server.Tests.Loops;

public sealed class SurvivingLoopTests
{
    [Fact]
    public async Task It_waits_longer_after_each_failure_and_goes_on_after_any()
    {
        var (time, status, rounds) = (new InstantTime(), new LoopStatus("Work"), 0);
        using var stopping = new CancellationTokenSource();
        var problems = new List<string?>();

        await new SurvivingLoop(status, time, NullLogger.Instance).RunAsync(
            _ =>
            {
                problems.Add(status.Fault);
                return ++rounds switch
                {
                    1 => throw new StoreUnavailableException("the disk is full"),
                    2 => Task.FromException<TimeSpan>(new OperationCanceledException("of something else")),
                    < 10 => throw new InvalidOperationException("a bug"),
                    _ => Task.FromResult(TimeSpan.FromHours(1)),
                };
            },
            (_, _) =>
            {
                problems.Add(status.Fault);
                return stopping.CancelAsync();
            },
            stopping.Token);

        Assert.Equal([1, 2, 4, 8, 16, 32, 60, 60, 60], time.Waits.Select(wait => (int)wait.TotalSeconds));
        Assert.Null(problems[0]);
        Assert.Contains("Work: failing, and tried again (the disk is full)", problems[1], StringComparison.Ordinal);
        Assert.Null(problems[^1]);
    }

    [Fact]
    public async Task It_ends_when_it_is_told_to()
    {
        using var stopping = new CancellationTokenSource();
        var loop = new SurvivingLoop(new LoopStatus("Work"), TimeProvider.System, NullLogger.Instance).RunAsync(
            async token =>
            {
                await stopping.CancelAsync();
                token.ThrowIfCancellationRequested();
                return TimeSpan.Zero;
            },
            Task.Delay,
            stopping.Token);

        await loop;

        Assert.True(loop.IsCompletedSuccessfully);
    }
}
