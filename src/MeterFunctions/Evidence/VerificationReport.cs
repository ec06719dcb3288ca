using System.Globalization;
using Metering;

namespace MeterFunctions.Evidence;

/// <summary>
/// Tells what a verification finds, a line each, as it finds it; and every some seconds how far it is and where another run would go on.
/// </summary>
/// <param name="output">Where findings are told.</param>
/// <param name="progress">Where it is told how far it is.</param>
/// <param name="time">When that is told again.</param>
/// <param name="from">Where the verification begins.</param>
internal sealed class VerificationReport(TextWriter output, TextWriter progress, TimeProvider time, VerificationPlace from)
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);

    private readonly Lock _turn = new();
    private readonly long _started = time.GetTimestamp();
    private TimeSpan _said;
    private long _entries;
    private long _licenses;
    private long _leftovers;

    /// <summary>How many differences were told.</summary>
    public long Differences { get; private set; }

    /// <summary>How many licenses could not be followed.</summary>
    public long Unfollowed { get; private set; }

    /// <summary>Where another run goes on: behind all that was told.</summary>
    public VerificationPlace Place { get; private set; } = from;

    /// <summary>How much was looked at, and how fast.</summary>
    public string Seen
    {
        get
        {
            var passed = time.GetElapsedTime(_started);
            var entries = Interlocked.Read(ref _entries);
            return string.Create(
                CultureInfo.InvariantCulture,
                $"{Counted.Licenses(_licenses)}, {Counted.Entries(entries)}, {entries / Math.Max(0.001, passed.TotalSeconds):N0} entries/s");
        }
    }

    /// <summary>Tells a step.</summary>
    public void Tell(VerificationStep step)
    {
        lock (_turn)
        {
            foreach (var line in step.Differences.Concat(step.Unfollowed))
            {
                output.WriteLine(line);
            }

            Differences += step.Differences.Count;
            Unfollowed += step.Unfollowed.Count;
            _licenses += step.Licenses;
            _leftovers += step.Leftovers;
            Place = step.Next;
            SayHowFar();
        }
    }

    /// <summary>Counts entries that were followed; any thread may.</summary>
    public void Followed(long entries)
    {
        Interlocked.Add(ref _entries, entries);
        lock (_turn)
        {
            SayHowFar();
        }
    }

    /// <summary>Tells what all came to.</summary>
    public void TellEnd()
    {
        if (_leftovers > 0)
        {
            output.WriteLine(
                $"{Counted.Of(_leftovers, "row", "rows")} of the directory lead nowhere, left by a change that broke off. They open nothing, "
                + "and go when they are met.");
        }

        if (Unfollowed > 0)
        {
            output.WriteLine($"{Counted.Licenses(Unfollowed)} could not be checked.");
        }

        output.WriteLine(Counted.Differences(Differences, _licenses, Interlocked.Read(ref _entries)));
        output.WriteLine(Counted.NotCompared);
    }

    private void SayHowFar()
    {
        var passed = time.GetElapsedTime(_started);
        if (passed - _said >= Interval)
        {
            _said = passed;
            progress.WriteLine($"{Seen}; from here on: --from {Place}");
        }
    }
}
