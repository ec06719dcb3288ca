namespace Metering.Api.Tests.Recent;

public sealed class RecentEventsTests
{
    private readonly StillTime _time = new();

    [Fact]
    public async Task A_cursor_neither_loses_nor_repeats_an_event_while_several_threads_note_them()
    {
        const int Writers = 4;
        const int Each = 20_000;
        var recent = new RecentEvents(TimeProvider.System);
        var last = recent.Read(null, 1_000).Last;
        var (seen, missed) = (new HashSet<string>(), 0L);
        var writing = Task.WhenAll(Enumerable.Range(0, Writers).Select(writer => Task.Run(() =>
        {
            for (var i = 0; i < Each; i++)
            {
                recent.Add(Event($"{writer}:{i}"));
            }
        })));
        bool isOver;
        int count;
        do
        {
            isOver = writing.IsCompleted;
            var part = recent.Read(last, 1_000);
            Assert.All(part.Events, one => Assert.True(seen.Add(one.EventId!)));
            // What is whole has all of one event, and nothing of another.
            Assert.All(part.Events, one => Assert.Equal(one.EventId, one.Metric));
            (last, missed, count) = (part.Last, missed + part.Missed, part.Events.Count);
        }
        while (!isOver || count > 0);

        await writing;
        Assert.Equal(Writers * Each, seen.Count + missed);
        Assert.Equal(Writers * Each, last);
    }

    [Fact]
    public void What_does_not_fit_is_missed_and_said_so_and_the_ring_never_grows()
    {
        var recent = new RecentEvents(_time);
        var begin = recent.Read(null, 10).Last;
        Note(recent, RecentEvents.Capacity + 5);

        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 10_000; i++)
        {
            recent.Add(Event("again"));
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        var part = recent.Read(begin, 10_000);
        Assert.Equal((RecentEvents.Capacity, 10_005), (part.Events.Count, (int)part.Missed));
    }

    [Fact]
    public void A_look_goes_on_where_the_one_before_ended()
    {
        var recent = new RecentEvents(_time);
        Assert.Empty(recent.Read(null, 10).Events);
        Note(recent, 5);

        var first = recent.Read(0, 3);
        var second = recent.Read(first.Last, 3);

        Assert.Equal(["0", "1", "2"], first.Events.Select(one => one.EventId));
        Assert.Equal(["3", "4"], second.Events.Select(one => one.EventId));
        Assert.Empty(recent.Read(second.Last, 3).Events);
        Assert.Equal(["3", "4"], recent.Read(null, 2).Events.Select(one => one.EventId));
    }

    [Fact]
    public void Nothing_is_kept_while_nobody_looks_and_the_next_look_says_what_it_missed()
    {
        var recent = new RecentEvents(_time);
        Note(recent, 3);
        Assert.Empty(recent.Read(null, 10).Events);
        Note(recent, 2);
        var last = recent.Read(3, 10).Last;

        _time.Advance(TimeSpan.FromMinutes(2));
        Note(recent, 4);
        var late = recent.Read(last, 10);
        Note(recent, 1);

        Assert.Equal((0, 4L), (late.Events.Count, late.Missed));
        Assert.Single(recent.Read(late.Last, 10).Events);
    }

    [Fact]
    public void Minutes_are_counted_whether_somebody_looks_or_not()
    {
        var recent = new RecentEvents(_time);
        Note(recent, 3);
        _time.Advance(TimeSpan.FromMinutes(1));
        recent.Add(Event("a") with { Outcome = RecentOutcome.Duplicate });
        recent.Add(Event("b") with { Outcome = RecentOutcome.Refused });
        recent.Add(Event("c") with { Outcome = RecentOutcome.DeadLetter });

        var minutes = recent.Minutes();

        Assert.Equal(60, minutes.Count);
        Assert.Equal(new EventMinute(_time.GetUtcNow().AddMinutes(-1), 3, 0, 0), minutes[^2]);
        Assert.Equal(new EventMinute(_time.GetUtcNow(), 0, 1, 2), minutes[^1]);
        _time.Advance(TimeSpan.FromMinutes(64));
        Assert.All(recent.Minutes(), minute => Assert.Equal(0, minute.Counted + minute.Duplicates + minute.NotCounted));
    }

    [Fact]
    public void A_cursor_has_a_place_in_each_of_the_last_instances()
    {
        var text = RecentCursor.Begin().After("a", 5);
        text = RecentCursor.Read(text).After("b", 7);
        text = RecentCursor.Read(text).After("a", 6);

        Assert.Equal((6, 7, null), (RecentCursor.Read(text).In("a"), RecentCursor.Read(text).In("b"), RecentCursor.Read(text).In("c")));
        for (var i = 0; i < 20; i++)
        {
            text = RecentCursor.Read(text).After($"x{i}", i);
        }

        Assert.Null(RecentCursor.Read(text).In("a"));
        Assert.Equal(19, RecentCursor.Read(text).In("x19"));
    }

    private static RecentEvent Event(string id) => new() { EventId = id, Metric = id };

    private static void Note(RecentEvents recent, int count)
    {
        for (var i = 0; i < count; i++)
        {
            recent.Add(Event($"{i}"));
        }
    }
}
