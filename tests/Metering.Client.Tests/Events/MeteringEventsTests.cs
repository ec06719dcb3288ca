using Metering.Client.Tests.Support;
using Microsoft.Extensions.Time.Testing;

namespace Metering.Client.Tests.Events;

/// <summary>A producer of events against the real server.</summary>
public sealed class MeteringEventsTests(Meter meter) : EventsTest(meter)
{
    [Fact]
    public async Task Events_arrive_in_order_in_batches()
    {
        var license = await Host.LicenseAsync();
        await using var events = Events(options => options.MaxBatch = 4);

        for (var quantity = 1; quantity <= 10; quantity++)
        {
            events.Add(new UsageEvent { LicenseId = license.Id, Metric = "calls", Quantity = quantity });
        }

        await events.FlushAsync();

        Assert.Equal(Enumerable.Range(1, 10).Select(quantity => (decimal)quantity), await AmountsAsync(license));
        Assert.Equal(0, events.WaitingEvents);
        Assert.InRange(Wire.Sent, 3, 10);
    }

    [Fact]
    public async Task A_full_batch_is_sent_at_once_and_a_part_of_one_when_its_time_has_come()
    {
        var license = await Host.LicenseAsync();
        var clock = new FakeTimeProvider(DateTimeOffset.UtcNow);
        await using var events = Events(options => (options.MaxBatch, options.MaxDelay) = (2, TimeSpan.FromHours(1)), clock);

        events.Add(new UsageEvent { LicenseId = license.Id, Metric = "calls", Quantity = 1 });
        events.Add(new UsageEvent { LicenseId = license.Id, Metric = "calls", Quantity = 2 });
        await UntilAsync(() => events.WaitingEvents == 0);
        events.Add(new UsageEvent { LicenseId = license.Id, Metric = "calls", Quantity = 3 });
        await UntilAsync(() =>
        {
            clock.Advance(TimeSpan.FromHours(1));
            return events.WaitingEvents == 0;
        });

        Assert.Equal([1m, 2m, 3m], await AmountsAsync(license));
    }

    [Fact]
    public async Task An_event_keeps_its_id_and_its_time_so_it_counts_once_however_often_it_is_sent()
    {
        var license = await Host.LicenseAsync();
        var clock = new FakeTimeProvider(DateTimeOffset.UtcNow);
        await using var events = Events(options => options.MaxDelay = TimeSpan.FromHours(1), clock);
        Wire.LoseAnswers(1);

        var id = events.Add(new UsageEvent { LicenseId = license.Id, Metric = "calls", Quantity = 3 });
        var flushed = events.FlushAsync();
        await UntilAsync(() =>
        {
            clock.Advance(TimeSpan.FromSeconds(1));
            return flushed.IsCompletedSuccessfully;
        });

        Assert.True(Wire.Sent >= 2);
        var entry = Assert.Single(await Host.UsesAsync(license));
        Assert.Equal(id, entry.GetProperty("event_id").GetString());
    }

    [Fact]
    public async Task What_was_not_sent_survives_the_process_also_when_its_last_line_is_torn()
    {
        var license = await Host.LicenseAsync();
        Wire.Cut = true;
        await using (var first = Events(options => options.ShutdownTimeout = TimeSpan.Zero))
        {
            first.Add(new UsageEvent { LicenseId = license.Id, Metric = "calls", Quantity = 1 });
            first.Add(new UsageEvent { LicenseId = license.Id, Metric = "calls", Quantity = 2 });
        }

        // As a crash in the middle of a write leaves it.
        var file = Assert.Single(Directory.GetFiles(Folder.Path, "*.queue"));
        await File.AppendAllTextAsync(file, """{"metric":"calls","quant""");
        Wire.Cut = false;
        await using var second = Events();
        Assert.Equal(2, second.WaitingEvents);
        second.Add(new UsageEvent { LicenseId = license.Id, Metric = "calls", Quantity = 3 });
        await second.FlushAsync();

        Assert.Equal([1m, 2m, 3m], await AmountsAsync(license));
    }

    [Fact]
    public async Task A_wrong_token_loses_nothing()
    {
        var license = await Host.LicenseAsync();
        await using (var wrong = Events(options => (options.Token, options.ShutdownTimeout) = ("not-the-token", TimeSpan.Zero)))
        {
            wrong.Add(new UsageEvent { LicenseId = license.Id, Metric = "calls", Quantity = 2 });
            await UntilAsync(() => Wire.Sent > 0);
            Assert.Equal(1, wrong.WaitingEvents);
        }

        await using var right = Events();
        await right.FlushAsync();

        Assert.Equal(2, await Host.UsedAsync(license));
    }

    [Fact]
    public async Task What_fails_as_the_sender_ends_is_no_failure_of_its_end()
    {
        var license = await Host.LicenseAsync();
        var arrived = Wire.FailWhenStopped();
        var first = Events(options => options.ShutdownTimeout = TimeSpan.Zero);
        first.Add(new UsageEvent { LicenseId = license.Id, Metric = "calls", Quantity = 2 });
        await arrived;
        await first.DisposeAsync();

        Wire.Mend();
        await using var second = Events();
        await second.FlushAsync();

        Assert.Equal(2, await Host.UsedAsync(license));
    }

    [Fact]
    public async Task Disposed_again_it_neither_fails_nor_waits_and_a_flush_is_refused()
    {
        var license = await Host.LicenseAsync();
        var events = Events(options => options.ShutdownTimeout = TimeSpan.FromHours(1));
        events.Add(new UsageEvent { LicenseId = license.Id, Metric = "calls", Quantity = 2 });

        await events.DisposeAsync();
        await events.DisposeAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(30));

        await Assert.ThrowsAsync<ObjectDisposedException>(() => events.FlushAsync().WaitAsync(TimeSpan.FromSeconds(30)));
        Assert.Equal(2, await Host.UsedAsync(license));
    }

    [Fact]
    public async Task A_disk_that_takes_nothing_is_a_metering_exception()
    {
        var file = Path.Combine(Folder.Path, "file");
        await File.WriteAllTextAsync(file, "Not a directory.");
        var opened = Assert.Throws<MeteringException>(() => Events(options => options.QueueDirectory = file));
        Wire.Cut = true;
        await using var events = Events(
            options => (options.MaxQueueBytes, options.ShutdownTimeout) = (OptionChecks.MinQueueBytes, TimeSpan.Zero));
        // In place of the queue's second file, so that it can't be begun when the first is full.
        Directory.CreateDirectory(Path.Combine(Folder.Path, "0000000002.queue"));
        var added = Assert.Throws<MeteringException>(() =>
        {
            for (var count = 0; count < 100; count++)
            {
                events.Add(new UsageEvent { TenantId = "t", Metric = "calls" });
            }
        });

        Assert.Contains($"{file} can't be opened", opened.Message, StringComparison.Ordinal);
        Assert.Contains($"{Folder.Path} can't be written", added.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Bad_events_and_options_are_refused_at_once()
    {
        await using var events = Events();

        Assert.Throws<ArgumentException>(() => events.Add(new UsageEvent { Metric = "calls" }));
        Assert.Throws<ArgumentException>(() => events.Add(new UsageEvent { TenantId = "t", Metric = new string('x', 70_000) }));
        Assert.Equal("Token", Assert.Throws<ArgumentException>(() => new MeteringEvents(new() { Address = Host.Address })).ParamName);
        Assert.Equal(0, events.WaitingEvents);
    }
}
