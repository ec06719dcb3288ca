using System.Globalization;

namespace Metering.Server.Evidence;

/// <summary>Says every some seconds how far a verification is. Whoever counts says it, so no thread waits for the next time.</summary>
/// <param name="output">Where to say it.</param>
/// <param name="time">The time.</param>
/// <param name="total">How many ledger entries there are.</param>
internal sealed class VerificationProgress(TextWriter output, TimeProvider time, long total)
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);
    private readonly Lock _gate = new();
    private readonly long _started = time.GetTimestamp();
    private TimeSpan _said;
    private long _licenses;
    private long _entries;

    /// <summary>Licenses that are done.</summary>
    internal long Licenses => Interlocked.Read(ref _licenses);

    /// <summary>Entries that were read.</summary>
    internal long Entries => Interlocked.Read(ref _entries);

    /// <summary>A license is done.</summary>
    internal void License() => Interlocked.Increment(ref _licenses);

    /// <summary>Entries were read.</summary>
    internal void Read(long entries)
    {
        Interlocked.Add(ref _entries, entries);
        var passed = time.GetElapsedTime(_started);
        lock (_gate)
        {
            if (passed - _said < Interval)
            {
                return;
            }

            _said = passed;
            var share = total == 0 ? 1 : (double)Entries / total;
            output.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{share * 100:N0} %: {Counted.Licenses(Licenses)}, {Entries:N0} of {Counted.Entries(total)}, "
                + $"{Entries / passed.TotalSeconds:N0} entries/s"));
        }
    }
}
