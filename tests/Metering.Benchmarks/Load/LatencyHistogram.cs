using System.Diagnostics;
using System.Numerics;

namespace Metering.Benchmarks;

/// <summary>Counts latencies in buckets that are 1/64 of their value wide, so a percentile is off by less than 2 %.</summary>
internal sealed class LatencyHistogram
{
    private const int StepBits = 6;
    private const int Steps = 1 << StepBits;
    private readonly long[] _counts = new long[64 * Steps];

    public long Count { get; private set; }

    /// <summary>Counts a latency in ticks of <see cref="Stopwatch"/>.</summary>
    public void Add(long ticks)
    {
        _counts[IndexOf(Math.Max(ticks, 0))]++;
        Count++;
    }

    /// <summary>Counts a latency in microseconds.</summary>
    public void AddMicroseconds(long microseconds) => Add(microseconds * Stopwatch.Frequency / 1_000_000);

    public void Add(LatencyHistogram other)
    {
        for (var i = 0; i < _counts.Length; i++)
        {
            _counts[i] += other._counts[i];
        }

        Count += other.Count;
    }

    /// <summary>The latency in milliseconds that a share of all latencies does not exceed.</summary>
    public double Milliseconds(double share)
    {
        var rank = (long)Math.Ceiling(Count * share);
        var seen = 0L;
        for (var i = 0; i < _counts.Length; i++)
        {
            seen += _counts[i];
            if (seen >= rank && seen > 0)
            {
                return UpperEnd(i) * 1_000.0 / Stopwatch.Frequency;
            }
        }

        return 0;
    }

    private static int IndexOf(long value)
    {
        var shift = BitOperations.Log2((ulong)value | 1) - StepBits;
        return shift <= 0 ? (int)value : (shift * Steps) + (int)(value >> shift);
    }

    private static long UpperEnd(int index)
    {
        var shift = Math.Max(0, (index / Steps) - 1);
        return shift == 0 ? index : ((long)(index - (shift * Steps)) + 1) << shift;
    }
}
