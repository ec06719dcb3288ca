namespace Metering.Benchmarks;

/// <summary>What one run measured.</summary>
/// <param name="PerSecond">Requests a second.</param>
/// <param name="Latencies">Latencies of the requests.</param>
internal sealed record Measurement(double PerSecond, LatencyHistogram Latencies)
{
    /// <summary>Processor time of the host for one request; null when it was not measured.</summary>
    public double? HostMicroseconds { get; init; }

    /// <summary>Processor time of the client for one request; null when it was not measured.</summary>
    public double? ClientMicroseconds { get; init; }

    /// <summary>Bytes that the process allocated for one request; null when it was not measured.</summary>
    public double? AllocatedBytes { get; init; }

    /// <summary>The share of the time in which collections held the process up; null when it was not measured.</summary>
    public double? Paused { get; init; }

    /// <summary>Bytes of an answer, head included.</summary>
    public int AnswerBytes { get; init; }

    /// <summary>Answers in all, warm-up included.</summary>
    public long Answered { get; init; }

    /// <summary>Several rounds as one: the median of what they measured, and the latencies of all of them.</summary>
    public static Measurement Median(IReadOnlyList<Measurement> rounds)
    {
        var latencies = new LatencyHistogram();
        foreach (var round in rounds)
        {
            latencies.Add(round.Latencies);
        }

        var middle = rounds.OrderBy(round => round.PerSecond).ElementAt((rounds.Count - 1) / 2);
        return middle with { Latencies = latencies, Answered = rounds.Sum(round => round.Answered) };
    }
}
