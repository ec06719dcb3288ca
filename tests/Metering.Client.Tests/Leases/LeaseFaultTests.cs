using Metering.Client.Tests.Support;
using Microsoft.Extensions.Time.Testing;

namespace Metering.Client.Tests.Leases;

/// <summary>A leased meter whose process is killed, whose connection breaks, whose disk or clock is not to be trusted.</summary>
public sealed class LeaseFaultTests(Meter meter) : IClassFixture<Meter>, IAsyncLifetime
{
    private readonly LeaseBench _bench = new(meter);

    public Task InitializeAsync() => _bench.InitializeAsync();

    public Task DisposeAsync() => _bench.DisposeAsync();

    [Fact]
    public async Task After_a_crash_what_was_marked_counts_as_spent_and_the_rest_is_spent()
    {
        await _bench.GrantAsync(1_000);
        await using (var killed = await _bench.OpenAsync())
        {
            Assert.True(killed.TryConsume(1));
            _bench.CopyJournal("next");
            _bench.Wire.Cut = true;
        }

        await using var next = await _bench.OpenAsync(folder: "next");
        // Of the hundred units the first chunk of six was marked; only one of them was spent.
        Assert.Equal(94, next.Left);
        Assert.True(next.TryConsume(94));
        Assert.False(next.TryConsume(1));
        _bench.Wire.Cut = false;
        await next.SyncAsync();
        Assert.Equal(100, await _bench.UsedAsync());
    }

    [Fact]
    public async Task Without_a_connection_a_lease_is_spent_to_its_end_and_then_the_meter_is_missed()
    {
        await _bench.GrantAsync(1_000);
        await using var calls = await _bench.OpenAsync();
        _bench.Wire.Cut = true;

        Assert.True((await calls.ConsumeAsync(100)).Allowed);
        Assert.False(calls.TryConsume());
        await Assert.ThrowsAsync<MeteringUnavailableException>(async () => await calls.ConsumeAsync());

        _bench.Wire.Cut = false;
        await calls.SyncAsync();
        Assert.Equal(100, await _bench.UsedAsync());
        Assert.True((await calls.ConsumeAsync()).Allowed);
    }

    [Fact]
    public async Task A_process_that_ended_without_a_connection_leaves_all_that_it_did_not_spend_to_the_next()
    {
        await _bench.GrantAsync(1_000);
        await using (var first = await _bench.OpenAsync(options => options.CloseTimeout = TimeSpan.Zero))
        {
            Assert.True(first.TryConsume(7));
            _bench.Wire.Cut = true;
        }

        await using (var second = await _bench.OpenAsync(options => options.CloseTimeout = TimeSpan.Zero))
        {
            Assert.Equal(93, second.Left);
            Assert.True(second.TryConsume(3));
        }

        _bench.Wire.Cut = false;
        await using (var third = await _bench.OpenAsync())
        {
            Assert.Equal(90, third.Left);
        }

        var usage = await _bench.UsageAsync();
        Assert.Equal((10, 0), (usage.GetProperty("used").GetDecimal(), usage.GetProperty("held").GetDecimal()));
        Assert.Single(await _bench.LeasesAsync());
    }

    [Fact]
    public async Task A_lease_whose_answer_was_lost_is_taken_once()
    {
        await _bench.GrantAsync(1_000);
        _bench.Wire.LoseAnswers(1);
        await using var calls = await _bench.OpenAsync();
        Assert.Equal(0, calls.Left);

        // Asked again in this process, and by one that finds the request in the journal.
        _bench.CopyJournal("next");
        await using var next = await _bench.OpenAsync(folder: "next");
        await calls.SyncAsync();
        Assert.True((await calls.ConsumeAsync()).Allowed);

        Assert.Equal(100, next.Left);
        Assert.Single(await _bench.LeasesAsync());
    }

    [Fact]
    public async Task A_lease_that_was_asked_for_is_taken_by_a_machine_that_has_another_name_since()
    {
        await _bench.GrantAsync(1_000);
        _bench.Wire.LoseAnswers(1);
        await using (await _bench.OpenAsync(options => (options.Fingerprint, options.CloseTimeout) = ("container-1", TimeSpan.Zero)))
        {
            _bench.Wire.Cut = true;
        }

        _bench.Wire.Cut = false;
        await using var next = await _bench.OpenAsync(options => options.Fingerprint = "container-2");

        Assert.Equal(100, next.Left);
        Assert.Single(await _bench.LeasesAsync());
    }

    [Fact]
    public async Task A_request_for_a_lease_that_is_older_than_a_lease_is_forgotten()
    {
        await _bench.GrantAsync(100 - LeaseBench.Limit);
        _bench.Wire.LoseAnswers(1);
        await using (await _bench.OpenAsync(options => options.CloseTimeout = TimeSpan.Zero))
        {
            _bench.Wire.Cut = true;
        }

        _bench.Wire.Cut = false;
        _bench.Clock.Advance(TimeSpan.FromMinutes(11));
        await using var next = await _bench.OpenAsync();

        // The first lease took all that there was, and still stands at the meter, whose clock is another.
        Assert.Equal(RefusalCodes.QuotaExceeded, (await next.ConsumeAsync()).Refusal!.Code);
    }

    [Fact]
    public async Task Where_no_lease_can_be_taken_what_was_spent_is_told_and_ended_leases_are_closed()
    {
        await _bench.GrantAsync(1_000);
        await using var calls = await _bench.OpenAsync();
        _bench.Wire.NoLeases = true;

        // The rest is short, so another lease is asked for, each time.
        Assert.True(calls.TryConsume(80));
        await calls.SyncAsync();
        Assert.Equal(80, await _bench.UsedAsync());
        Assert.True(calls.TryConsume(5));
        await UntilAsync(TimeSpan.FromMinutes(1), async () => await _bench.UsedAsync() == 85);
        await UntilAsync(
            TimeSpan.FromMinutes(10), async () => (await _bench.UsageAsync()).GetProperty("held").GetDecimal() == 0);
    }

    [Fact]
    public async Task A_step_whose_answer_was_lost_counts_once()
    {
        await _bench.GrantAsync(1_000);
        await using var calls = await _bench.OpenAsync();
        Assert.True(calls.TryConsume(5));
        _bench.Wire.LoseAnswers(1);
        await Assert.ThrowsAsync<MeteringUnavailableException>(() => calls.SyncAsync());

        Assert.True(calls.TryConsume(2));
        await calls.SyncAsync();
        await calls.SyncAsync();
        Assert.Equal(7, await _bench.UsedAsync());
    }

    [Fact]
    public async Task What_fails_as_the_process_ends_is_no_failure_of_its_end()
    {
        await _bench.GrantAsync(1_000);
        Task told;
        await using (var first = await _bench.OpenAsync(options => options.CloseTimeout = TimeSpan.Zero))
        {
            Assert.True(first.TryConsume(7));
            var arrived = _bench.Wire.FailWhenStopped();
            told = first.SyncAsync();
            await arrived;
        }

        await Assert.ThrowsAsync<MeteringException>(() => told);
        _bench.Wire.Mend();
        await using var second = await _bench.OpenAsync();

        Assert.Equal(93, second.Left);
    }

    [Fact]
    public async Task A_lease_is_not_spent_after_its_time()
    {
        await _bench.GrantAsync(1_000);
        await using (var calls = await _bench.OpenAsync())
        {
            Assert.True(calls.TryConsume(5));
            _bench.Wire.Cut = true;
            _bench.Clock.Advance(TimeSpan.FromMinutes(10));

            Assert.False(calls.TryConsume());
            Assert.Equal(0, calls.Left);
            _bench.Wire.Cut = false;
        }

        Assert.Equal(5, await _bench.UsedAsync());
        Assert.Equal(0, (await _bench.UsageAsync()).GetProperty("held").GetDecimal());
    }

    [Fact]
    public async Task With_a_clock_that_was_set_back_a_kept_lease_is_not_spent()
    {
        await _bench.GrantAsync(1_000);
        await using (await _bench.OpenAsync(options => options.CloseTimeout = TimeSpan.Zero))
        {
            _bench.Wire.Cut = true;
        }

        using var journal = new LeaseJournal(_bench.Folder());
        using var stock = new LeaseStock(journal, new FakeTimeProvider(_bench.Clock.GetUtcNow().AddHours(-1)));
        Assert.Equal(0, stock.Rest);
    }

    [Fact]
    public async Task A_lease_that_was_changed_in_the_journal_is_not_spent()
    {
        await _bench.GrantAsync(1_000);
        await using (await _bench.OpenAsync(options => options.CloseTimeout = TimeSpan.Zero))
        {
            _bench.Wire.Cut = true;
        }

        foreach (var file in Directory.GetFiles(_bench.Folder(), "*.journal"))
        {
            await File.WriteAllTextAsync(file, (await File.ReadAllTextAsync(file)).Replace("\"amount\":100,", "\"amount\":100000,"));
        }

        await using var calls = await _bench.OpenAsync(options => options.CloseTimeout = TimeSpan.Zero);
        Assert.Equal(0, calls.Left);
    }

    [Fact]
    public async Task A_torn_line_at_the_end_of_the_journal_takes_nothing_with_it()
    {
        await _bench.GrantAsync(1_000);
        await using (var first = await _bench.OpenAsync(options => options.CloseTimeout = TimeSpan.Zero))
        {
            Assert.True(first.TryConsume(4));
            _bench.Wire.Cut = true;
        }

        await File.AppendAllTextAsync(Path.Combine(_bench.Folder(), "leases-1.journal"), """{"sequence":99,"leases":[{"id":"lea""");
        await using var calls = await _bench.OpenAsync(options => options.CloseTimeout = TimeSpan.Zero);
        Assert.Equal(96, calls.Left);
        Assert.True(calls.TryConsume());
    }

    [Fact]
    public async Task A_journal_that_cannot_be_read_is_not_passed_over()
    {
        Directory.CreateDirectory(_bench.Folder());
        await File.WriteAllTextAsync(Path.Combine(_bench.Folder(), "leases-1.journal"), "nonsense\n");

        var failure = await Assert.ThrowsAsync<MeteringException>(() => _bench.OpenAsync());
        Assert.Contains("can't be read. Move it away to go on", failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("{\"keys\":[{\"kty\"")]
    [InlineData("[]")]
    public async Task Kept_keys_that_are_torn_are_fetched_again(string torn)
    {
        Directory.CreateDirectory(_bench.Folder());
        await File.WriteAllTextAsync(Path.Combine(_bench.Folder(), "keys.json"), torn);

        await using var calls = await _bench.OpenAsync();

        Assert.Equal(LeaseBench.Limit, calls.Left);
    }

    [Fact]
    public async Task Two_processes_do_not_share_a_journal()
    {
        await using var first = await _bench.OpenAsync();
        var failure = await Assert.ThrowsAsync<MeteringException>(() => _bench.OpenAsync());
        Assert.Contains("is open already", failure.Message, StringComparison.Ordinal);
    }

    private async Task UntilAsync(TimeSpan step, Func<Task<bool>> holds)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (!await holds())
        {
            limit.Token.ThrowIfCancellationRequested();
            _bench.Clock.Advance(step);
        }
    }
}
