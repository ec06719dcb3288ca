namespace Metering.Benchmarks;

/// <summary>How two compare that were measured in pairs, each pair under the same conditions.</summary>
/// <param name="Value">The other one's rate divided by the first one's.</param>
/// <param name="Error">Its standard error.</param>
internal readonly record struct PairedRatio(double Value, double Error)
{
    /// <summary>The ratio of pairs.</summary>
    /// <param name="pairs">Rates, above zero; two pairs at least, because one alone says nothing of the error.</param>
    // The mean of the logarithms, so that it does not matter which of the two is divided by the other.
    public static PairedRatio Of(IReadOnlyCollection<(double One, double Other)> pairs)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(pairs.Count, 2);
        var logs = pairs.Select(pair => Math.Log(pair.Other / pair.One)).ToList();
        var mean = logs.Average();
        var variance = logs.Sum(log => (log - mean) * (log - mean)) / (logs.Count - 1);
        return new PairedRatio(Math.Exp(mean), Math.Exp(mean) * Math.Sqrt(variance / logs.Count));
    }
}
