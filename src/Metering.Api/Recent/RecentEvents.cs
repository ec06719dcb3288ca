using System.Security.Cryptography;

namespace Metering.Api;

/// <summary>
/// The live tail: the last uses and events of this process with what each came to, in memory that never grows, and how many came in each
/// of the last minutes. As long as nobody looks, an event costs two additions; they are kept only while somebody does.
/// </summary>
/// <remarks>
/// Every event takes the next number and its place in the ring. A place holds the number of its event, written last, so a reader sees
/// whether what it has copied is whole. Nobody waits for anybody: a writer that finds its place being written leaves it, and its event
/// counts as missed. That takes a writer which is overtaken by as many events as the ring has places.
/// </remarks>
public sealed class RecentEvents(TimeProvider time)
{
    /// <summary>How many events are kept.</summary>
    public const int Capacity = 4_096;

    // So many of the latest may still be on their way into their places. One that is not there although more came after it was given up.
    private const int MaxOnTheWay = 64;
    private const long IsBeingWritten = -1;

    // After this time without a look nothing is kept any more.
    private static readonly TimeSpan WatchTime = TimeSpan.FromMinutes(1);

    private readonly Lock _turn = new();
    private readonly EventPace _pace = new();
    private Place[]? _ring;
    private long _last;
    private long _watchedUntil;
    private long _watchedAfter;

    /// <summary>By what a look tells this process from another, and from the one before it.</summary>
    public string Instance { get; } = RandomNumberGenerator.GetHexString(8, lowercase: true);

    /// <summary>The time for <see cref="Add(in RecentEvent, DateTimeOffset)"/>; read once for many events that came together.</summary>
    public DateTimeOffset Now => time.GetUtcNow();

    /// <summary>Notes an event.</summary>
    public void Add(in RecentEvent seen) => Add(seen, Now);

    /// <summary>Notes an event.</summary>
    /// <param name="seen">The event.</param>
    /// <param name="now">Now, UTC.</param>
    public void Add(in RecentEvent seen, DateTimeOffset now)
    {
        _pace.Add(seen.Outcome, now);
        // Counted even when nobody looks, so that whoever looks again later is told how many were missed.
        var number = Interlocked.Increment(ref _last);
        if (now.UtcTicks < Volatile.Read(ref _watchedUntil))
        {
            Put(number, seen with { At = now });
        }
    }

    /// <summary>How many came in each of the last 60 minutes, oldest first.</summary>
    public IReadOnlyList<EventMinute> Minutes() => _pace.Read(Now);

    /// <summary>Looks at what came after an event, and has what comes next kept for another minute.</summary>
    /// <param name="after">The number of the last event of the look before; null: this is the first.</param>
    /// <param name="most">Most events.</param>
    internal RecentPart Read(long? after, int most)
    {
        var (ring, watchedAfter) = Watch();
        var last = Volatile.Read(ref _last);
        var known = after is { } number && number <= last ? number : (long?)null;
        var missed = 0L;
        var next = (known ?? Math.Max(watchedAfter, last - most)) + 1;
        if (next <= last - Capacity)
        {
            missed = last - Capacity + 1 - next;
            next = last - Capacity + 1;
        }

        var events = new List<RecentEvent>();
        for (; next <= last && events.Count < most; next++)
        {
            if (TryCopy(ring, next, out var seen))
            {
                events.Add(seen);
            }
            else if (next > watchedAfter && next > last - MaxOnTheWay)
            {
                // It has its number and is not yet there. The next look begins with it, so nothing is passed over.
                break;
            }
            else
            {
                missed++;
            }
        }

        return new RecentPart(events, next - 1, known is null ? 0 : missed);
    }

    private (Place[] Ring, long WatchedAfter) Watch()
    {
        lock (_turn)
        {
            _ring ??= new Place[Capacity];
            var now = Now.UtcTicks;
            // A second early: an event that comes just as the time ends is not kept, and must not count as on its way.
            var isWatched = now + TimeSpan.TicksPerSecond < _watchedUntil;
            Volatile.Write(ref _watchedUntil, now + WatchTime.Ticks);
            if (!isWatched)
            {
                // In this order, with a fence between: whoever takes a number above this one sees that somebody looks.
                Interlocked.MemoryBarrier();
                _watchedAfter = Volatile.Read(ref _last);
            }

            return (_ring, _watchedAfter);
        }
    }

    private void Put(long number, in RecentEvent seen)
    {
        ref var place = ref Volatile.Read(ref _ring)![number & (Capacity - 1)];
        var before = Volatile.Read(ref place.Number);
        if (before != IsBeingWritten && before < number
            && Interlocked.CompareExchange(ref place.Number, IsBeingWritten, before) == before)
        {
            place.Event = seen;
            Volatile.Write(ref place.Number, number);
        }
    }

    private static bool TryCopy(Place[] ring, long number, out RecentEvent seen)
    {
        ref var place = ref ring[number & (Capacity - 1)];
        if (Volatile.Read(ref place.Number) != number)
        {
            seen = default;
            return false;
        }

        seen = place.Event;
        // Before the second look, or the copy might be of what came in between.
        Interlocked.MemoryBarrier();
        return Volatile.Read(ref place.Number) == number;
    }

    private struct Place
    {
        public long Number;
        public RecentEvent Event;
    }
}
