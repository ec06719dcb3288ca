using System.Collections.Concurrent;
using Metering.Server.Engine;
using Metering.Server.Tests.Support;
using Microsoft.Extensions.Logging;

namespace Metering.Server.Tests.Engine;

/// <summary>Faults that nobody foresaw, in the engine's own loops: here, a clock that cannot be read.</summary>
public sealed class FaultTests
{
    [Fact]
    public async Task A_shard_that_fails_counts_nothing_and_goes_on()
    {
        await using var fixture = await EngineFixture.StartAsync();
        await fixture.OpenLicenseAsync("lic_a");
        await fixture.ConsumeAsync("lic_a", "key-0");

        fixture.Clock.Fault = new InvalidOperationException("The clock cannot be read.");
        var results = await Task.WhenAll(Enumerable.Range(1, 20).Select(i => fixture.ConsumeAsync("lic_a", $"key-{i}").AsTask()));
        fixture.Clock.Fault = null;

        Assert.All(results, result => Assert.Equal(ApplyStatus.Busy, result.Status));
        Assert.Equal(1, await fixture.UsedAsync("lic_a"));
        Assert.Equal(ApplyStatus.Applied, (await fixture.ConsumeAsync("lic_a", "key-1")).Status);
        Assert.Equal(2, await fixture.UsedAsync("lic_a"));
        await fixture.VerifyAsync();
    }

    [Fact]
    public async Task Writing_out_that_fails_is_told_by_readiness_and_goes_on()
    {
        await using var fixture = await EngineFixture.StartAsync(options => options with { WriteOutAfterMilliseconds = 60_000 });
        await fixture.OpenLicenseAsync("lic_a");

        fixture.Clock.Fault = new InvalidOperationException("The clock cannot be read.");
        await Assert.ThrowsAsync<StoreUnavailableException>(() => fixture.Engine.FlushAsync());
        var problem = await fixture.Engine.WhyNotReadyAsync(CancellationToken.None);
        fixture.Clock.Fault = null;
        await fixture.Engine.FlushAsync();

        Assert.Contains("The clock cannot be read.", problem, StringComparison.Ordinal);
        Assert.Null(await fixture.Engine.WhyNotReadyAsync(CancellationToken.None));
        await fixture.VerifyAsync();
    }

    [Fact]
    public async Task An_end_says_what_is_only_in_the_journal()
    {
        using var folder = new DataFolder();
        var clock = new ManualClock();
        var options = new ServerOptions { Data = folder.Path, WriteOutAfterMilliseconds = 60_000 };
        var log = new Lines();
        await using (var engine = await MeterEngine.OpenAsync(options, clock, log))
        {
            var open = new OpenLicense { LicenseId = "lic_a", TenantId = "tenant_acme", Features = [] };
            Assert.Equal(ApplyStatus.Applied, (await engine.ApplyAsync("lic_a", open, null, CancellationToken.None)).Status);
            clock.Fault = new InvalidOperationException("The clock cannot be read.");
        }

        clock.Fault = null;
        var left = log.Written[^1];
        await (await MeterEngine.OpenAsync(options, clock, log)).DisposeAsync();

        Assert.StartsWith("Warning: 1 commands are only in journal.db", left, StringComparison.Ordinal);
        Assert.Equal("Information: Everything is written out.", log.Written[^1]);
    }

    [Fact]
    public void A_license_whose_last_batch_failed_stays_until_it_is_known_what_the_store_has()
    {
        var cells = new LicenseCells(0);
        var cell = new LicenseCell("lic_a", 1) { Used = false, LastBatch = Failed() };
        cells.Add(cell);

        cells.MakeRoom();
        Assert.Same(cell, cells.Find("lic_a"));

        cell.LastBatch = null;
        cells.MakeRoom();
        Assert.Null(cells.Find("lic_a"));
    }

    private static Batch Failed() => new(null, null, new AppliedRows(new Stack<byte[]>()), 0) { Failed = true };

    private sealed class Lines : ILogger
    {
        private readonly ConcurrentQueue<string> _lines = new();

        public IReadOnlyList<string> Written => [.. _lines];

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            _lines.Enqueue($"{logLevel}: {formatter(state, exception)}");
    }
}
