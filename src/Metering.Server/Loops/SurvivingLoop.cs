using Microsoft.Extensions.Logging;

namespace Metering.Server.Loops;

/// <summary>
/// Runs a piece of work again and again until it is told to stop. No fault of the work ends it: a locked file, a full disk or a bug in
/// one round must not stop the meter. After a failed round it waits, each time longer, and readiness says so until a round succeeds.
/// </summary>
/// <param name="status">Where it is told how the loop is doing.</param>
/// <param name="time">By what it waits.</param>
/// <param name="logger">Where failures are told: the first of a row, then one whenever the row has become twice as long.</param>
internal sealed class SurvivingLoop(LoopStatus status, TimeProvider time, ILogger logger)
{
    /// <summary>The wait after the first failed round; it doubles with each further one.</summary>
    internal static readonly TimeSpan FirstWait = TimeSpan.FromSeconds(1);

    /// <summary>The longest wait after a failed round.</summary>
    internal static readonly TimeSpan MaxWait = TimeSpan.FromMinutes(1);

    // Long past the longest wait; many more would overflow the shift.
    private const int MaxDoublings = 10;

    /// <summary>Runs until cancellation, which is no fault: then it returns.</summary>
    /// <param name="work">A round; what it returns is how long to wait for the next one.</param>
    /// <param name="wait">Waits between rounds; it may end earlier when there is something to do.</param>
    /// <param name="stopping">Ends the loop.</param>
    internal async Task RunAsync(
        Func<CancellationToken, Task<TimeSpan>> work, Func<TimeSpan, CancellationToken, Task> wait, CancellationToken stopping)
    {
        var failures = 0;
        while (!stopping.IsCancellationRequested)
        {
            try
            {
                var pause = await work(stopping);
                if (failures > 0)
                {
                    logger.LoopRecovered(status.Name, failures);
                }

                failures = 0;
                status.Working();
                if (pause > TimeSpan.Zero)
                {
                    await wait(pause, stopping);
                }
            }
            catch (OperationCanceledException) when (stopping.IsCancellationRequested)
            {
                return;
            }
#pragma warning disable CA1031 // Surviving every fault is what this loop is for.
            catch (Exception fault)
#pragma warning restore CA1031
            {
                failures++;
                status.Failing(fault.Message);
                if (int.IsPow2(failures))
                {
                    logger.LoopFailed(fault, status.Name, failures);
                }

                if (!await WaitedAsync(failures, stopping))
                {
                    return;
                }
            }
        }
    }

    // Not the loop's own wait: what wakes it early, such as a request, does not make the fault go away.
    private async Task<bool> WaitedAsync(int failures, CancellationToken stopping)
    {
        var doubled = FirstWait * (1 << Math.Min(failures - 1, MaxDoublings));
        try
        {
            await Task.Delay(doubled < MaxWait ? doubled : MaxWait, time, stopping);
            return true;
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }
}
