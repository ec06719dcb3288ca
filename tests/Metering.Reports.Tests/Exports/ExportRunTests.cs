namespace Metering.Reports.Tests.Exports;

/// <summary>An export ends with a file and its manifest, or with nothing and a reason.</summary>
public sealed class ExportRunTests
{
    private static readonly ExportOrder LedgerOfFive = new()
    {
        Report = ExportReport.Ledger, Span = ExportWorld.Days(0, 5), Format = ExportFormat.Jsonl,
    };

    [Theory]
    [InlineData(ExportFormat.Csv, ExportCompression.Gzip)]
    [InlineData(ExportFormat.Jsonl, ExportCompression.None)]
    [InlineData(ExportFormat.Parquet, ExportCompression.None)]
    public async Task A_final_file_is_proven_against_the_ledger_for_good(ExportFormat format, ExportCompression compress)
    {
        var world = Played(1);
        var order = LedgerOfFive with { Format = format, Compress = compress, TenantId = "acme" };
        world.Host.Delete(ExportWorld.Id(0));
        var job = await world.Host.ExportAsync(order);
        var manifest = await world.Host.ManifestAsync(job);
        Assert.Equal((ExportStatus.Done, ExportState.Final), (job.Status, job.State!.Value));
        Assert.Equal($"ledger-acme-2026-11-01-2026-11-06-exp_001.{EnumNames.Of(format)}{(compress == default ? "" : ".gz")}", job.File!.Name);
        Assert.Equal((2, 2, manifest.Rows), (job.LicensesDone, job.LicensesTotal!.Value, job.Rows));
        Assert.Equal((2, job.Rows), (manifest.Ledger.Licenses, manifest.Ledger.Entries));
        Assert.Equal(world.Host.Sink.Files[job.File.Name].Length, job.File.Bytes);
        Assert.StartsWith("MeterFunctions 1.", manifest.Software);

        world.PlayUntil(world.Host.UtcNow.AddDays(4));
        var (findings, told) = await world.Host.CheckAsync(job);
        Assert.True(findings.Differences == 0, string.Join('\n', told));
        Assert.Equal(job.Rows, findings.Rows);
    }

    [Fact]
    public async Task A_ledger_that_was_changed_afterwards_is_told_by_row_and_column()
    {
        var world = Played(2);
        var job = await world.Host.ExportAsync(LedgerOfFive);
        world.Host.Tamper(ExportWorld.Id(1), 2, entry => entry with { Amount = entry.Amount + 1 });
        var (findings, told) = await world.Host.CheckAsync(job);
        Assert.Contains(told, line => line.StartsWith("Row of license_id \"lic_001\", sequence 3: amount is ", StringComparison.Ordinal));
        Assert.Contains(told, line => line.Contains("or their chains differ", StringComparison.Ordinal));
        Assert.True(findings.Differences >= 2);
    }

    [Fact]
    public async Task A_file_that_was_changed_and_hashed_anew_still_does_not_agree_with_the_ledger()
    {
        var world = Played(2);
        var job = await world.Host.ExportAsync(LedgerOfFive);
        var lines = System.Text.Encoding.UTF8.GetString(world.Host.Sink.Files[job.File!.Name]).Split('\n').ToList();
        lines.RemoveAt(3);
        lines.Insert(5, lines[5].Replace("\"sequence\":", "\"sequence\":9", StringComparison.Ordinal));
        var bytes = System.Text.Encoding.UTF8.GetBytes(string.Join('\n', lines));
        var manifest = await world.Host.ManifestAsync(job);
        var file = await ManifestFiles.OfAsync(job.File.Name, new MemoryStream(bytes), default);
        var told = new List<string>();
        var findings = await new ExportCheck(world.Host.Sources, told.Add).RunAsync(
            new MemoryStream(bytes), manifest with { File = file, Rows = lines.Count - 1 }, default);
        Assert.Contains(told, line => line.EndsWith("it is in the ledger, but not in the file.", StringComparison.Ordinal));
        Assert.Contains(told, line => line.EndsWith("it is in the file, but not in the ledger.", StringComparison.Ordinal));
        Assert.True(findings.Differences >= 2);
    }

    [Fact]
    public async Task A_provisional_ledger_takes_nothing_back()
    {
        var world = new ExportWorld(4);
        world.PlayUntil(ExportWorld.Days(0, 3).To);
        var job = await world.Host.ExportAsync(LedgerOfFive);
        Assert.Contains(".provisional.jsonl", job.File!.Name);
        world.PlayUntil(ExportWorld.Days(0, 5).To);
        var (findings, told) = await world.Host.CheckAsync(job);
        Assert.True(findings.Differences == 0, string.Join('\n', told));
        Assert.True(findings.Changed > 0);
        world.Host.Tamper(ExportWorld.Id(0), 1, entry => entry with { UserId = "another" });
        Assert.Equal(1, (await world.Host.CheckAsync(job)).Findings.Differences);
    }

    [Fact]
    public async Task Nothing_is_left_of_an_export_that_has_no_room_and_the_next_try_succeeds()
    {
        var world = Played(1);
        world.Host.Sink.Room = 2_000;
        var job = await world.Host.ExportAsync(LedgerOfFive);
        Assert.Equal((ExportStatus.Failed, ExportFailure.DiskFull), (job.Status, job.FailureCode));
        Assert.Empty(world.Host.Sink.Files);
        Assert.Equal(0, world.Host.Sink.Begun);

        world.Host.Sink.Room = long.MaxValue;
        Assert.Equal(ExportStatus.Done, (await world.Host.ExportAsync(LedgerOfFive)).Status);
    }

    [Fact]
    public async Task A_file_without_its_manifest_is_taken_back()
    {
        var world = Played(1);
        world.Host.Sink.FailsToPublish = name => name.EndsWith(ExportManifest.Ending, StringComparison.Ordinal);
        Assert.Equal(ExportFailure.NotWritable, (await world.Host.ExportAsync(LedgerOfFive)).FailureCode);
        Assert.Empty(world.Host.Sink.Files);
    }

    [Fact]
    public async Task An_interrupted_export_begins_anew_and_one_that_was_published_is_found()
    {
        var world = Played(1);
        var job = await world.Host.ExportAsync(LedgerOfFive);
        var files = world.Host.Sink.Files.ToDictionary();

        // It died after all was published, and before the record said so.
        await world.Host.Jobs.ChangeAsync(job.Id, known => known with { Status = ExportStatus.Running, File = null, Rows = 0 }, default);
        Assert.Equal(job.File, (await world.Host.Run.RunAsync(job.Id, default))!.File);

        // It died between the file and its manifest.
        await world.Host.Jobs.ChangeAsync(job.Id, known => known with { Status = ExportStatus.Running, File = null }, default);
        world.Host.Sink.Files.Remove(ExportNames.Manifest(job.File!.Name));
        var again = await world.Host.Run.RunAsync(job.Id, default);
        Assert.Equal((ExportStatus.Done, 3, job.File), (again!.Status, again.Attempts, again.File));
        Assert.Equal(files[job.File.Name], world.Host.Sink.Files[job.File.Name]);
    }

    [Fact]
    public async Task A_name_that_is_taken_is_never_written_over()
    {
        var world = Played(1);
        var order = LedgerOfFive with { Name = "{tenant}/{date}" };
        var first = await world.Host.ExportAsync(order);
        var second = await world.Host.ExportAsync(order);
        Assert.Equal("all/2026-11-09.jsonl", first.File!.Name);
        Assert.Equal((ExportStatus.Failed, ExportFailure.FileExists), (second.Status, second.FailureCode));
        Assert.Equal(first.Id, (await world.Host.ManifestAsync(first)).ExportId);
    }

    [Fact]
    public async Task A_cancelled_export_leaves_nothing()
    {
        var world = Played(1);
        var run = new ExportRun(world.Host.Sources, world.Host.Sink, world.Host.Jobs, world.Host, new LeapingTime());
        await world.Host.Jobs.AddAsync(new ExportJob { Id = "exp_1", Order = LedgerOfFive, CreatedAt = world.Host.UtcNow }, default);
        world.Host.Jobs.Before = job => job.Rows > 0 ? job.Cancel(world.Host.UtcNow) : job;
        var job = await run.RunAsync("exp_1", default);
        Assert.Equal(ExportStatus.Cancelled, job!.Status);
        Assert.True(job.Rows > 0);
        Assert.Empty(world.Host.Sink.Files);
        Assert.Equal(0, world.Host.Sink.Begun);
    }

    [Theory]
    [InlineData(ExportReport.Usage)]
    [InlineData(ExportReport.Billing)]
    public async Task One_can_be_cancelled_while_entries_are_read_and_before_there_are_rows(ExportReport report)
    {
        var world = Played(1);
        var run = new ExportRun(world.Host.Sources, world.Host.Sink, world.Host.Jobs, world.Host, new LeapingTime());
        await world.Host.Jobs.AddAsync(
            new ExportJob { Id = "exp_1", Order = LedgerOfFive with { Report = report }, CreatedAt = world.Host.UtcNow }, default);
        world.Host.Jobs.Before = job => job.LicensesDone > 0 ? job.Cancel(world.Host.UtcNow) : job;
        var job = await run.RunAsync("exp_1", default);
        Assert.Equal((ExportStatus.Cancelled, 0, 1), (job!.Status, job.Rows, job.LicensesDone));
    }

    [Fact]
    public async Task Evidence_that_was_removed_is_not_passed_over()
    {
        var world = Played(1);
        world.Host.KeptFrom = ExportWorld.Days(1, 2).From;
        Assert.Equal(ExportFailure.EvidenceRemoved, (await world.Host.ExportAsync(LedgerOfFive)).FailureCode);
    }

    [Fact]
    public async Task Evidence_that_is_removed_while_it_is_read_is_not_passed_over()
    {
        var world = Played(1);
        var run = new ExportRun(world.Host.Sources, world.Host.Sink, world.Host.Jobs, world.Host, new LeapingTime());
        await world.Host.Jobs.AddAsync(new ExportJob { Id = "exp_1", Order = LedgerOfFive, CreatedAt = world.Host.UtcNow }, default);
        world.Host.Jobs.Before = job =>
        {
            if (job.LicensesDone > 0)
            {
                world.Host.KeptFrom = ExportWorld.Days(1, 2).From;
            }

            return job;
        };

        Assert.Equal(ExportFailure.EvidenceRemoved, (await run.RunAsync("exp_1", default))!.FailureCode);
        Assert.Empty(world.Host.Sink.Files);
    }

    private static ExportWorld Played(int seed)
    {
        var world = new ExportWorld(seed);
        world.PlayUntil(ExportWorld.Days(0, 8).To);
        return world;
    }

    // Each look at it is a minute later, so that progress is told after every part.
    private sealed class LeapingTime : TimeProvider
    {
        private long _minutes;

        public override long TimestampFrequency => 1;

        public override long GetTimestamp() => _minutes++ * 60;
    }
}
