using System.Collections.Immutable;

namespace Metering.Reports.Tests.Exports;

/// <summary>An export in parts says what one says that is written in one go, wherever it was put by or interrupted.</summary>
public sealed class ExportPartsTests
{
    [Theory]
    [InlineData(ExportReport.Ledger, ExportFormat.Csv, ExportCompression.None)]
    [InlineData(ExportReport.Ledger, ExportFormat.Csv, ExportCompression.Gzip)]
    [InlineData(ExportReport.Ledger, ExportFormat.Jsonl, ExportCompression.None)]
    [InlineData(ExportReport.Ledger, ExportFormat.Parquet, ExportCompression.None)]
    [InlineData(ExportReport.Usage, ExportFormat.Csv, ExportCompression.None)]
    [InlineData(ExportReport.Usage, ExportFormat.Parquet, ExportCompression.None)]
    [InlineData(ExportReport.Billing, ExportFormat.Jsonl, ExportCompression.Gzip)]
    public async Task A_file_of_many_parts_is_the_same_as_one_of_one(
        ExportReport report, ExportFormat format, ExportCompression compress)
    {
        var world = new ExportWorld(7);
        var order = new ExportOrder { Report = report, Span = ExportWorld.Days(0, 3), Format = format, Compress = compress, Name = "{id}" };
        world.PlayUntil(order.Span.To.AddHours(-20));
        await world.Host.ExportAsync(order);
        world.PlayUntil(order.Span.FinalFrom(MeterRules.Default.LateWindow));
        var whole = await world.Host.ExportAsync(order, "exp_whole");
        var sink = new PartSink(world.Host.Sink);

        var (parted, parts) = await InPartsAsync(world.Host, sink, order, TimeSpan.Zero);

        Assert.Equal(ExportStatus.Done, parted.Status);
        Assert.True(parts > 8, $"{parts} parts");
        Assert.Equal((whole.Rows, whole.LicensesDone, whole.LicensesTotal), (parted.Rows, parted.LicensesDone, parted.LicensesTotal));
        Assert.Empty(sink.Checkpoints);
        var (one, other) = (await world.Host.ManifestAsync(whole), await world.Host.ManifestAsync(parted));
        Assert.Equal(one.Totals.AsEnumerable(), other.Totals);
        Assert.Equal(one.Ledger, other.Ledger);
        Assert.NotEmpty(one.Adjustments!.Items);
        Assert.Equal(one.Adjustments.Items.AsEnumerable(), other.Adjustments!.Items);
        var (findings, told) = await world.Host.CheckAsync(parted);
        Assert.True(findings.Differences == 0, string.Join('\n', told));
        if (format != ExportFormat.Parquet && compress == ExportCompression.None)
        {
            Assert.Equal(one.File.Sha256, other.File.Sha256);
        }
    }

    [Fact]
    public async Task A_part_that_is_interrupted_is_written_again_and_its_attempts_are_counted()
    {
        var world = new ExportWorld(8);
        var order = new ExportOrder
        {
            Report = ExportReport.Ledger, Span = ExportWorld.Days(0, 3), Format = ExportFormat.Csv, Name = "{id}",
        };
        world.PlayUntil(order.Span.FinalFrom(MeterRules.Default.LateWindow));
        var whole = await world.Host.ExportAsync(order, "exp_whole");
        var sink = new PartSink(world.Host.Sink);
        await AddAsync(world.Host, order);
        var run = Run(world.Host, sink, TimeProvider.System);
        await run.RunAsync("exp_parts", TimeSpan.Zero, default);
        var begun = (await run.RunAsync("exp_parts", TimeSpan.Zero, default))!;
        Assert.Equal((ExportStatus.Running, 0), (begun.Status, begun.Attempts));

        using var ended = new CancellationTokenSource();
        sink.Before = () =>
        {
            ended.Cancel();
            throw new OperationCanceledException(ended.Token);
        };
        for (var i = 1; i <= 2; i++)
        {
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => run.RunAsync("exp_parts", TimeSpan.Zero, ended.Token));
            Assert.Equal(i, (await world.Host.Jobs.FindAsync("exp_parts", default))!.Attempts);
        }

        sink.Before = () => { };
        var done = (await run.RunAsync("exp_parts", null, default))!;
        Assert.Equal((ExportStatus.Done, whole.Rows, whole.File!.Sha256), (done.Status, done.Rows, done.File!.Sha256));
        Assert.Equal(begun.StartedAt, (await world.Host.ManifestAsync(done)).CreatedAt);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task One_that_is_stopped_between_two_parts_or_fails_leaves_nothing(bool fails)
    {
        var world = new ExportWorld(8);
        var order = new ExportOrder { Report = ExportReport.Ledger, Span = ExportWorld.Days(0, 3), Format = ExportFormat.Csv };
        world.PlayUntil(order.Span.To);
        var sink = new PartSink(world.Host.Sink);
        await AddAsync(world.Host, order);
        var run = Run(world.Host, sink, TimeProvider.System);
        await run.RunAsync("exp_parts", TimeSpan.Zero, default);
        Assert.Single(sink.Checkpoints);
        if (fails)
        {
            world.Host.KeptFrom = order.Span.From.AddDays(1);
        }
        else
        {
            await world.Host.Jobs.ChangeAsync("exp_parts", job => job.Cancel(world.Host.UtcNow), default);
        }

        var over = (await run.RunAsync("exp_parts", TimeSpan.Zero, default))!;

        Assert.Equal(fails ? ExportStatus.Failed : ExportStatus.Cancelled, over.Status);
        Assert.Empty(sink.Checkpoints);
        Assert.Empty(world.Host.Sink.Files);
    }

    [Fact]
    public async Task Adjustments_that_have_a_file_of_their_own_are_whole_too()
    {
        const int Licenses = ExportAdjustments.MaxItems + 25;
        var host = new ExportHost();
        var order = new ExportOrder
        {
            Report = ExportReport.Ledger, Span = ExportWorld.Days(0, 1), Format = ExportFormat.Csv, Name = "{id}",
        };
        for (var i = 0; i < Licenses; i++)
        {
            host.Apply($"lic_{i:D6}", new OpenLicense
            {
                LicenseId = $"lic_{i:D6}", TenantId = "acme",
                Features = ImmutableArray.Create(new FeatureTerms(new Feature { Code = "calls" }, Terms.Unlimited)),
            });
        }

        await host.ExportAsync(order);
        for (var i = 0; i < Licenses; i++)
        {
            host.Apply($"lic_{i:D6}", new RecordUse { FeatureCode = "calls", Given = 2 });
        }

        host.UtcNow = order.Span.FinalFrom(MeterRules.Default.LateWindow);
        var whole = await host.ExportAsync(order, "exp_whole");

        // A few parts of some hundred licenses: the file of adjustments is begun in one and ended in another.
        var (parted, parts) = await InPartsAsync(host, new PartSink(host.Sink), order, TimeSpan.FromMinutes(10), new Steps());

        Assert.True(parts > 20, $"{parts} parts");
        var (one, other) = ((await host.ManifestAsync(whole)).Adjustments!, (await host.ManifestAsync(parted)).Adjustments!);
        Assert.Equal((Licenses, one.File!.Sha256), (other.Count, other.File!.Sha256));
        Assert.Equal(host.Sink.Files[whole.AdjustmentsName!], host.Sink.Files[parted.AdjustmentsName!]);
    }

    private static async Task<(ExportJob Job, int Parts)> InPartsAsync(
        ExportHost host, PartSink sink, ExportOrder order, TimeSpan most, TimeProvider? time = null)
    {
        await AddAsync(host, order);
        for (var parts = 1; ; parts++)
        {
            // Each part by a run of its own, which knows nothing of the one before.
            var job = (await Run(host, sink, time ?? TimeProvider.System).RunAsync("exp_parts", most, default))!;
            if (job.Status != ExportStatus.Running)
            {
                return (job, parts);
            }
        }
    }

    private static ExportRun Run(ExportHost host, PartSink sink, TimeProvider time) => new(host.Sources, sink, host.Jobs, host, time);

    private static ValueTask<ExportJob?> AddAsync(ExportHost host, ExportOrder order) =>
        host.Jobs.AddAsync(new ExportJob { Id = "exp_parts", Order = order, CreatedAt = host.UtcNow }, default);

    // Each look at it is some seconds later.
    private sealed class Steps : TimeProvider
    {
        private long _seconds;

        public override long TimestampFrequency => 1;

        public override long GetTimestamp() => _seconds += 5;
    }
}
