using Metering.Client.Tests.Events;
using Metering.Client.Tests.Support;

namespace Metering.Client.Tests.Queue;

/// <summary>Licensed software whose disk fails while its meter is away, or when it is back.</summary>
public sealed class OfflineFaultTests(Meter meter) : IClassFixture<Meter>, IDisposable
{
    private readonly TempFolder _folder = new();
    private readonly Wire _wire = new();

    [Fact]
    public async Task A_use_that_cannot_be_kept_for_a_person_holds_up_none_after_it_either()
    {
        var license = await meter.LicenseAsync();
        var log = new Logged();
        await using var client = new MeteringClient(Options(license, limit: 5), Http(), TimeProvider.System, log);
        // In place of the file for rejected ones, so that it can't be written.
        Directory.CreateDirectory(Path.Combine(_folder.Path, "rejected.ndjson"));
        _wire.Cut = true;
        await client.ReportAsync("calls", 1);
        await client.ReportAsync("no_such_feature", 1);
        await client.ReportAsync("calls", 4);
        Assert.False((await client.ConsumeAsync("calls", 1)).Allowed);
        _wire.Cut = false;

        await client.FlushAsync().WaitAsync(TimeSpan.FromSeconds(30));

        Assert.Equal(5, await meter.UsedAsync(license));
        Assert.Single(log.Names, "RecordRejected");
        Assert.IsType<UnauthorizedAccessException>(log.FailureOf("RecordRejected"));
    }

    [Fact]
    public async Task Uses_that_the_disk_does_not_let_go_are_sent_once_and_count_against_the_limit_until_it_does()
    {
        var license = await meter.LicenseAsync();
        var log = new Logged();
        await using var client = new MeteringClient(Options(license, limit: 5), Http(), new SkippingClock(TimeSpan.FromDays(1)), log);
        var details = new UseDetails { IdempotencyKey = "work-1" };
        await client.ConsumeAsync("calls", 2, details);
        _wire.Cut = true;
        await client.ConsumeAsync("calls", 3, details);
        await client.ReportAsync("calls", 1);
        // In place of the file in which it is noted what was received.
        var blocked = Directory.CreateDirectory(Path.Combine(_folder.Path, "received.new"));
        var sent = _wire.Sent;
        _wire.Cut = false;

        await EventsTest.UntilAsync(() => _wire.Sent - sent >= 2);
        var before = log.Names.Count;
        await EventsTest.UntilAsync(() => log.Names.Skip(before).Count(name => name == "QueueNotSent") >= 3);
        _wire.Cut = true;
        Assert.Equal((2, 2), (client.WaitingUses, _wire.Sent - sent));
        Assert.False((await client.ConsumeAsync("calls", 2)).Allowed);
        Assert.True((await client.ConsumeAsync("calls", 1)).Allowed);

        blocked.Delete();
        _wire.Cut = false;
        await client.FlushAsync();
        Assert.Single(log.Names, "KeptUseNotCountedAgain");
    }

    [Fact]
    public async Task A_queue_that_takes_nothing_is_told_as_what_can_fail_with_a_client()
    {
        var license = await meter.LicenseAsync();
        await using var client = new MeteringClient(
            Options(license, limit: 1_000, maxBytes: OptionChecks.MinQueueBytes), Http(), TimeProvider.System, log: null);
        _wire.Cut = true;
        // In place of the queue's second file, so that it can't be begun when the first is full.
        Directory.CreateDirectory(Path.Combine(_folder.Path, "0000000002.queue"));
        var reported = await Assert.ThrowsAsync<MeteringException>(async () =>
        {
            while (true)
            {
                await client.ReportAsync("calls", 1);
            }
        });
        var consumed = await Assert.ThrowsAsync<MeteringException>(() => client.ConsumeAsync("calls", 1));

        Assert.Contains($"{_folder.Path} can't be written", reported.Message, StringComparison.Ordinal);
        Assert.Contains($"{_folder.Path} can't be written", consumed.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_directory_that_cannot_be_made_is_told_as_what_can_fail_with_a_client()
    {
        var license = await meter.LicenseAsync();
        var file = Path.Combine(_folder.Path, "file");
        await File.WriteAllTextAsync(file, "Not a directory.");
        var options = Options(license, limit: 1);
        options.QueueDirectory = file;

        var failure = Assert.Throws<MeteringException>(() => new MeteringClient(options, Http(), TimeProvider.System, log: null));

        Assert.Contains($"{file} can't be opened", failure.Message, StringComparison.Ordinal);
    }

    public void Dispose()
    {
        _wire.Dispose();
        _folder.Dispose();
    }

    private MeteringClientOptions Options(TestLicense license, decimal limit, long maxBytes = 1 << 20) => new()
    {
        Address = meter.Address, LicenseKey = license.Key, QueueDirectory = _folder.Path, OfflineLimit = limit, MaxQueueBytes = maxBytes,
    };

    // Without retries: these tests are about what comes after them.
    private HttpClient Http() => new(_wire, disposeHandler: false);
}
