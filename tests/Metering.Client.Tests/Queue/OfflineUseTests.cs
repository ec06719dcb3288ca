using Metering.Client.Tests.Support;

namespace Metering.Client.Tests.Queue;

/// <summary>Licensed software whose meter is away for a while.</summary>
public sealed class OfflineUseTests(Meter meter) : IClassFixture<Meter>, IDisposable
{
    private readonly TempFolder _folder = new();
    private readonly Wire _wire = new();

    [Fact]
    public async Task A_consume_is_let_through_within_the_limit_and_counts_when_the_meter_is_back()
    {
        var license = await meter.LicenseAsync();
        await using var client = Client(license, limit: 5);
        _wire.Cut = true;

        var kept = await client.ConsumeAsync("calls", 4);
        var refused = await client.ConsumeAsync("calls", 2);
        Assert.Equal(1, client.WaitingUses);
        var last = await client.ConsumeAsync("calls", 1);

        Assert.Equal((true, true, 4m, null), (kept.Allowed, kept.Offline, kept.Amount, kept.Used));
        Assert.Equal(
            (false, true, 0m, RefusalCodes.OfflineLimitReached),
            (refused.Allowed, refused.Offline, refused.Amount, refused.Refusal!.Code));
        Assert.True(last.Allowed);
        Assert.Equal(2, client.WaitingUses);

        _wire.Cut = false;
        await client.FlushAsync();
        Assert.Equal(5, await meter.UsedAsync(license));
        _wire.Cut = true;
        Assert.True((await client.ConsumeAsync("calls", 5)).Allowed);
    }

    [Fact]
    public async Task What_was_kept_survives_the_process_counts_against_the_limit_of_the_next_and_is_sent_by_it()
    {
        var license = await meter.LicenseAsync();
        _wire.Cut = true;
        await using (var first = Client(license, limit: 5))
        {
            Assert.True((await first.ConsumeAsync("calls", 3)).Allowed);
            Assert.True((await first.ReportAsync("calls", 9)).Offline);
        }

        await using var second = Client(license, limit: 15);
        Assert.Equal(2, second.WaitingUses);
        Assert.False((await second.ConsumeAsync("calls", 4)).Allowed);
        _wire.Cut = false;
        await second.FlushAsync();

        // More than the limit of ten: it has happened, so it counts.
        Assert.Equal(12, await meter.UsedAsync(license));
        Assert.Equal([3m, 9m], (await meter.UsesAsync(license)).Select(entry => entry.GetProperty("amount").GetDecimal()));
    }

    [Fact]
    public async Task A_consume_that_had_counted_before_the_connection_broke_counts_once()
    {
        var license = await meter.LicenseAsync();
        await using var client = Client(license, limit: 5);
        _wire.LoseAnswers(1);

        var kept = await client.ConsumeAsync("calls", 2);
        await client.FlushAsync();

        Assert.True(kept.Offline);
        Assert.Equal(0, client.WaitingUses);
        Assert.Equal(2, await meter.UsedAsync(license));
    }

    [Fact]
    public async Task A_report_that_had_counted_before_the_connection_broke_counts_once()
    {
        var license = await meter.LicenseAsync();
        var log = new Logged();
        await using var client = Client(license, limit: 0, log);
        _wire.LoseAnswers(1);

        var kept = await client.ReportAsync("calls", 2);
        await client.FlushAsync();

        Assert.True(kept.Offline);
        Assert.Equal(2, await meter.UsedAsync(license));
        Assert.Empty(log.Names);
    }

    [Fact]
    public async Task A_key_that_has_counted_before_is_logged_if_the_caller_gave_it()
    {
        var license = await meter.LicenseAsync();
        var log = new Logged();
        await using var client = Client(license, limit: 5, log);
        var details = new UseDetails { IdempotencyKey = "work-1" };
        await client.ConsumeAsync("calls", 2, details);
        _wire.Cut = true;
        Assert.True((await client.ConsumeAsync("calls", 3, details)).Offline);
        _wire.Cut = false;

        await client.FlushAsync();

        Assert.Equal(2, await meter.UsedAsync(license));
        Assert.Contains("KeptUseNotCountedAgain", log.Names);
        Assert.False(File.Exists(Path.Combine(_folder.Path, "rejected.ndjson")));
    }

    [Fact]
    public async Task Without_a_limit_only_reports_are_kept()
    {
        var license = await meter.LicenseAsync();
        await using var client = Client(license, limit: 0);
        _wire.Cut = true;

        await Assert.ThrowsAsync<MeteringUnavailableException>(() => client.ConsumeAsync("calls"));
        var report = await client.ReportAsync("calls", 2);

        Assert.True(report.Offline);
        Assert.Equal(1, client.WaitingUses);
    }

    [Fact]
    public async Task A_use_that_the_meter_never_takes_holds_up_none_after_it_and_is_kept_for_a_person()
    {
        var license = await meter.LicenseAsync();
        await using var client = Client(license, limit: 0);
        _wire.Cut = true;
        await client.ReportAsync("no_such_feature", 1);
        await client.ReportAsync("calls", 2);
        _wire.Cut = false;

        await client.FlushAsync();

        Assert.Equal(2, await meter.UsedAsync(license));
        var rejected = await File.ReadAllTextAsync(Path.Combine(_folder.Path, "rejected.ndjson"));
        Assert.Contains("no_such_feature", rejected, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_full_queue_refuses_and_loses_nothing_and_takes_more_when_it_was_sent()
    {
        var license = await meter.LicenseAsync();
        await using var client = new MeteringClient(
            Options(license, limit: 0, maxBytes: OptionChecks.MinQueueBytes), Http(), TimeProvider.System, log: null);
        _wire.Cut = true;
        var kept = 0;
        await Assert.ThrowsAsync<MeteringQueueFullException>(async () =>
        {
            for (; ; kept++)
            {
                await client.ReportAsync("calls", 1);
            }
        });

        _wire.Cut = false;
        await client.FlushAsync();

        Assert.True(kept > 10);
        Assert.Equal(kept, await meter.UsedAsync(license));
        _wire.Cut = true;
        for (var again = 0; again < kept / 2; again++)
        {
            Assert.True((await client.ReportAsync("calls", 1)).Offline);
        }
    }

    [Fact]
    public async Task A_record_that_is_not_one_holds_up_neither_the_start_nor_the_uses_after_it()
    {
        var license = await meter.LicenseAsync();
        _wire.Cut = true;
        await using (var first = Client(license, limit: 0))
        {
            await first.ReportAsync("calls", 2);
        }

        var file = Assert.Single(Directory.GetFiles(_folder.Path, "*.queue"));
        await File.WriteAllTextAsync(file, "{}\n" + await File.ReadAllTextAsync(file));
        _wire.Cut = false;
        await using var second = Client(license, limit: 0);
        await second.FlushAsync();

        Assert.Equal(2, await meter.UsedAsync(license));
        Assert.Equal("{}\n", await File.ReadAllTextAsync(Path.Combine(_folder.Path, "rejected.ndjson")));
    }

    [Fact]
    public async Task A_directory_has_one_owner()
    {
        var license = await meter.LicenseAsync();
        await using var first = Client(license, limit: 1);

        var refused = Assert.Throws<MeteringException>(() => Client(license, limit: 1));

        Assert.Contains(_folder.Path, refused.Message, StringComparison.Ordinal);
    }

    public void Dispose()
    {
        _wire.Dispose();
        _folder.Dispose();
    }

    private MeteringClient Client(TestLicense license, decimal limit, Logged? log = null) =>
        new(Options(license, limit), Http(), TimeProvider.System, log);

    private MeteringClientOptions Options(TestLicense license, decimal limit, long maxBytes = 1 << 20) => new()
    {
        Address = meter.Address, LicenseKey = license.Key, QueueDirectory = _folder.Path, OfflineLimit = limit, MaxQueueBytes = maxBytes,
    };

    // Without retries: these tests are about what comes after them. The wire outlives the clients that a test makes one after the other.
    private HttpClient Http() => new(_wire, disposeHandler: false);
}
