using System.Diagnostics;

namespace Metering.Benchmarks;

/// <summary>Producers that each send one batch after the other, for a time.</summary>
internal static class EventProducers
{
    /// <summary>Runs them, and counts the events of batches that were answered in the measured part of the time.</summary>
    /// <param name="options">How many, how long, and how many events a batch has.</param>
    /// <param name="produceAsync">
    /// One producer, by its number: it sends with what it is given, which is false when the time is over, and ends.
    /// </param>
    public static async Task<Measurement> RunAsync(EventOptions options, Func<int, Func<Func<Task>, Task<bool>>, Task> produceAsync)
    {
        var from = Stopwatch.GetTimestamp() + (long)(options.WarmUp.TotalSeconds * Stopwatch.Frequency);
        var until = from + (long)(options.Time.TotalSeconds * Stopwatch.Frequency);
        var latencies = new LatencyHistogram();
        long measured = 0;
        await Task.WhenAll(Enumerable.Range(0, options.Producers).Select(number => Task.Run(() => produceAsync(number, SendAsync))));
        return new Measurement(measured / options.Time.TotalSeconds, latencies) { Answered = measured };

        async Task<bool> SendAsync(Func<Task> sendAsync)
        {
            var sent = Stopwatch.GetTimestamp();
            if (sent >= until)
            {
                return false;
            }

            await sendAsync();
            var received = Stopwatch.GetTimestamp();
            if (received >= from && received < until)
            {
                lock (latencies)
                {
                    latencies.Add(received - sent);
                    measured += options.Events;
                }
            }

            return true;
        }
    }
}
