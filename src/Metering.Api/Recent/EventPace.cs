using System.Collections.Immutable;

namespace Metering.Api;

/// <summary>How many uses and events each of the last minutes brought to this process: an addition for each of them, and no more.</summary>
internal sealed class EventPace
{
    /// <summary>For how many minutes it is known.</summary>
    public const int Minutes = 60;

    // A power of two above the minutes that are shown, so that the one which begins never takes the place of one that is read.
    private const int Places = 64;

    private readonly Lock _turn = new();
    private readonly Bucket[] _buckets = [.. Enumerable.Range(0, Places).Select(_ => new Bucket())];

    /// <summary>Counts one.</summary>
    public void Add(RecentOutcome outcome, DateTimeOffset now)
    {
        var minute = MinuteOf(now);
        var bucket = _buckets[minute & (Places - 1)];
        if (Volatile.Read(ref bucket.Minute) != minute)
        {
            Begin(bucket, minute);
        }

        switch (outcome)
        {
            case RecentOutcome.Counted:
                Interlocked.Increment(ref bucket.Counted);
                break;
            case RecentOutcome.Duplicate:
                Interlocked.Increment(ref bucket.Duplicates);
                break;
            default:
                Interlocked.Increment(ref bucket.NotCounted);
                break;
        }
    }

    /// <summary>The last minutes, the one that runs included, oldest first.</summary>
    public ImmutableArray<EventMinute> Read(DateTimeOffset now)
    {
        var last = MinuteOf(now);
        var minutes = ImmutableArray.CreateBuilder<EventMinute>(Minutes);
        for (var minute = last - Minutes + 1; minute <= last; minute++)
        {
            var start = DateTimeOffset.FromUnixTimeSeconds(minute * 60);
            var bucket = _buckets[minute & (Places - 1)];
            minutes.Add(Volatile.Read(ref bucket.Minute) == minute
                ? new EventMinute(
                    start, Volatile.Read(ref bucket.Counted), Volatile.Read(ref bucket.Duplicates), Volatile.Read(ref bucket.NotCounted))
                : new EventMinute(start, 0, 0, 0));
        }

        return minutes.MoveToImmutable();
    }

    private void Begin(Bucket bucket, long minute)
    {
        lock (_turn)
        {
            if (bucket.Minute != minute)
            {
                (bucket.Counted, bucket.Duplicates, bucket.NotCounted) = (0, 0, 0);
                Volatile.Write(ref bucket.Minute, minute);
            }
        }
    }

    private static long MinuteOf(DateTimeOffset now) => now.ToUnixTimeSeconds() / 60;

    private sealed class Bucket
    {
        public long Minute;
        public long Counted;
        public long Duplicates;
        public long NotCounted;
    }
}
