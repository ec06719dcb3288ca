using Metering.Client.Tests.Support;
using Microsoft.Extensions.Time.Testing;

namespace Metering.Client.Tests.Leases;

/// <summary>The journal by itself: its disk is full, and it grows.</summary>
public sealed class LeaseJournalTests : IDisposable
{
    private readonly TempFolder _folder = new();
    private readonly FakeTimeProvider _clock = new();
    private bool _full;

    [Fact]
    public void The_names_of_its_directory_and_files_are_on_the_disk_before_it_remembers()
    {
        var directory = Path.Combine(_folder.Path, "made");
        var synced = new List<(string Folder, int Files)>();

        using var journal = new LeaseJournal(
            directory, toDisk: folder => synced.Add((folder, Directory.GetFiles(folder, "*.journal").Length)));

        Assert.Equal([(_folder.Path, 0), (directory, 2)], synced);
    }

    [Fact]
    public void On_a_full_disk_nothing_more_is_spent_than_was_marked_and_nothing_is_lost()
    {
        using (var stock = new LeaseStock(Journal(), _clock))
        {
            stock.Add(Lease(160));
            Assert.True(stock.MarkAndSpend(1));
            _full = true;
            Assert.True(stock.MarkAndSpend(9));
            var failure = Assert.Throws<MeteringException>(() => stock.MarkAndSpend(1));
            Assert.Contains("can't be written", failure.Message, StringComparison.Ordinal);
            Assert.Equal(150, stock.Rest);

            _full = false;
            Assert.True(stock.MarkAndSpend(20));
            _full = true;
        }

        _full = false;
        using var next = new LeaseStock(Journal(), _clock);
        // The first chunk was ten; the second, asked for at once, four times as many.
        Assert.Equal(110, next.Rest);
    }

    [Fact]
    public void What_is_spent_while_the_meter_is_told_is_told_next_even_if_the_lease_ended_meanwhile()
    {
        using var stock = new LeaseStock(Journal(), _clock);
        stock.Add(Lease(160));
        Assert.True(stock.MarkAndSpend(5));
        var first = Assert.Single(stock.MakeSteps());
        Assert.True(stock.MarkAndSpend(2));
        _clock.Advance(TimeSpan.FromMinutes(10));
        Assert.Equal(0, stock.Rest);

        stock.Told(first, first.Close);
        var second = Assert.Single(stock.MakeSteps());

        Assert.Equal((5, false), (Assert.Single(first.Steps).Amount, first.Close));
        Assert.Equal((2, true), (Assert.Single(second.Steps).Amount, second.Close));
        stock.Told(second, second.Close);
        Assert.Empty(stock.MakeSteps());
    }

    [Fact]
    public void A_lease_whose_time_passed_while_the_machine_slept_is_not_spent()
    {
        var clock = new SleepingClock();
        using var stock = new LeaseStock(Journal(), clock);
        stock.Add(Lease(160, clock));
        Assert.True(stock.MarkAndSpend(5));

        // The process's clock stands still meanwhile.
        clock.Slept = TimeSpan.FromSeconds(569);
        Assert.True(stock.TrySpend(1, out _));
        clock.Slept = TimeSpan.FromSeconds(570);
        clock.Advance(TimeSpan.FromMilliseconds(1));

        Assert.False(stock.TrySpend(1, out _));
        Assert.False(stock.MarkAndSpend(1));
        Assert.Equal(0, stock.Rest);
        Assert.Equal(6, Assert.Single(Assert.Single(stock.MakeSteps()).Steps).Amount);
    }

    [Fact]
    public void A_time_of_day_that_is_set_ends_no_lease_that_is_taken_after_it()
    {
        var clock = new SleepingClock();
        using var stock = new LeaseStock(Journal(), clock);
        stock.Add(Lease(160, clock));
        clock.Slept = TimeSpan.FromDays(4000);
        Assert.False(stock.MarkAndSpend(1));
        stock.Add(Lease(100, clock));
        Assert.True(stock.MarkAndSpend(1));

        // Set back, it gains nothing: the process's clock ends the lease.
        clock.Slept = TimeSpan.Zero;
        Assert.True(stock.TrySpend(1, out _));
        clock.Advance(TimeSpan.FromSeconds(570));
        Assert.False(stock.TrySpend(1, out _));
        Assert.Equal(0, stock.Rest);
    }

    [Fact]
    public void A_lease_that_the_meter_has_forgotten_is_spent_no_more()
    {
        using var stock = new LeaseStock(Journal(), _clock);
        stock.Add(Lease(160));
        Assert.True(stock.MarkAndSpend(5));
        var first = Assert.Single(stock.MakeSteps());
        Assert.True(stock.MarkAndSpend(2));

        stock.Told(first, closed: true);

        Assert.False(stock.TrySpend(1, out _));
        Assert.Equal(2, Assert.Single(Assert.Single(stock.MakeSteps()).Steps).Amount);
    }

    [Fact]
    public void A_step_that_could_not_be_noted_is_noted_before_it_is_told()
    {
        using (var stock = new LeaseStock(Journal(), _clock))
        {
            stock.Add(Lease(160));
            Assert.True(stock.MarkAndSpend(10));
            _full = true;
            Assert.Throws<MeteringException>(() => stock.MakeSteps());
            _full = false;
            Assert.Single(stock.MakeSteps());
        }

        using var next = Journal();
        Assert.Single(Assert.Single(next.Notes.Leases).Steps);
    }

    [Fact]
    public void A_lease_that_could_not_be_noted_is_there_once_when_it_is_taken_again()
    {
        using var stock = new LeaseStock(Journal(), _clock);
        _full = true;
        Assert.Throws<MeteringException>(() => stock.Add(Lease(160)));
        _full = false;
        stock.Add(Lease(160));

        Assert.Equal(160, stock.Rest);
    }

    [Fact]
    public void Its_files_take_turns_so_it_stays_small_and_the_latest_note_holds()
    {
        var lease = Lease(1_000);
        using (var journal = Journal())
        {
            for (lease.Marked = 1; lease.Marked < 200; lease.Marked++)
            {
                journal.Save(asked: null, [lease]);
            }
        }

        Assert.All(Directory.GetFiles(_folder.Path, "*.journal"), file => Assert.InRange(new FileInfo(file).Length, 1, 300_000));
        using var again = Journal();
        Assert.Equal(199, Assert.Single(again.Notes.Leases).Marked);
    }

    public void Dispose() => _folder.Dispose();

    private HeldLease Lease(long amount, TimeProvider? clock = null) => new()
    {
        Id = "lea_1", Amount = amount, TakenAt = (clock ?? _clock).GetUtcNow(), Seconds = 600, Token = new string('t', 4_000),
    };

    private LeaseJournal Journal() => new(_folder.Path, path => new FullDisk(path, () => _full));

    /// <summary>A file on a disk that takes a part of what is written when it is full.</summary>
    private sealed class FullDisk(string path, Func<bool> full) : FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite)
    {
        public override void Write(ReadOnlySpan<byte> buffer)
        {
            if (full())
            {
                base.Write(buffer[..(buffer.Length / 2)]);
                throw new IOException("No space left on device");
            }

            base.Write(buffer);
        }
    }
}
