using System.Text;
using Metering.Server.Engine;
using Metering.Server.Evidence;
using Metering.Server.Loops;
using Metering.Server.Stores;
using Metering.Server.Tests.Support;
using Microsoft.Extensions.Logging.Abstractions;

namespace Metering.Server.Tests.Evidence;

[Rule(9)]
public sealed class VerificationTests
{
    private const int PageBytes = 4096;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_key_that_was_counted_twice_is_found(bool bothRemembered)
    {
        await using var fixture = await EngineFixture.StartAsync();
        await fixture.OpenLicenseAsync("lic_a");
        await fixture.ConsumeAsync("lic_a", "key-1", 5);
        await fixture.Engine.DisposeAsync();
        DataFolder.Execute(fixture.Folder.StoreFile, "DELETE FROM identity_recent");
        await fixture.RestartAsync();
        await fixture.ConsumeAsync("lic_a", "key-1", 5);
        Assert.Equal(10, await fixture.UsedAsync("lic_a"));
        await fixture.Engine.DisposeAsync();
        if (bothRemembered)
        {
            // As if the old row had moved, and the filter had taken its key for new.
            Assert.Equal(
                1,
                DataFolder.Execute(
                    fixture.Folder.StoreFile,
                    "INSERT INTO identity SELECT id, (2 << 20) | (value & 1048575) FROM identity_recent WHERE value >> 20 = 3"));
        }

        var found = EngineFixture.Verify(fixture.Folder, fixture.Options);

        Assert.Contains("lic_a: entry ", found, StringComparison.Ordinal);
        Assert.Contains("its idempotency key leads to ledger row", found, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_key_that_was_counted_too_early_is_found_also_when_it_was_counted_again_rightly_since()
    {
        await using var fixture = await EngineFixture.StartAsync(options => options with { IdempotencyDays = 2 });
        await fixture.OpenLicenseAsync("lic_a");
        await fixture.ConsumeAsync("lic_a", "key-1", 5);
        await fixture.Engine.DisposeAsync();
        DataFolder.Execute(fixture.Folder.StoreFile, "DELETE FROM identity_recent");
        await fixture.RestartAsync();
        await fixture.ConsumeAsync("lic_a", "key-1", 5);
        fixture.Clock.UtcNow += TimeSpan.FromDays(3);
        await fixture.ConsumeAsync("lic_a", "key-1", 5);
        Assert.Equal(15, await fixture.UsedAsync("lic_a"));
        await fixture.Engine.DisposeAsync();

        // As if the first two rows had moved, one beside the other.
        Assert.Equal(
            2,
            DataFolder.Execute(
                fixture.Folder.StoreFile,
                """
                INSERT INTO identity SELECT id, (2 << 20) | (value & 1048575) FROM identity_recent WHERE value >> 20 = 4;
                INSERT INTO identity SELECT id + 1, (3 << 20) | (value & 1048575) FROM identity_recent WHERE value >> 20 = 4
                """));

        Assert.Contains(
            "entry 2 (ledger row 2): its idempotency key leads to ledger row 3",
            EngineFixture.Verify(fixture.Folder, fixture.Options),
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_key_that_counted_again_after_its_memory_is_no_difference(bool moved)
    {
        await using var fixture = await EngineFixture.StartAsync(options => options with { IdempotencyDays = 2 });
        await fixture.OpenLicenseAsync("lic_a");
        await fixture.ConsumeAsync("lic_a", "key-1", 5);
        await fixture.Engine.DisposeAsync();
        if (moved)
        {
            DataFolder.Execute(fixture.Folder.StoreFile, "INSERT INTO identity SELECT * FROM identity_recent; DELETE FROM identity_recent");
        }

        await fixture.RestartAsync();
        fixture.Clock.UtcNow += TimeSpan.FromDays(3);
        Assert.Equal(ApplyStatus.Applied, (await fixture.ConsumeAsync("lic_a", "key-1", 5)).Status);
        await fixture.Engine.FlushAsync();
        Assert.Equal((moved ? 1 : 0, 1), (fixture.Folder.Count("identity"), fixture.Folder.Count("identity_recent")));

        await fixture.VerifyAsync();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_key_that_counted_again_after_its_memory_is_no_difference_when_keys_are_remembered_for_longer_since(bool started)
    {
        await using var fixture = await EngineFixture.StartAsync(options => options with { IdempotencyDays = 7 });
        await fixture.OpenLicenseAsync("lic_a");
        await fixture.ConsumeAsync("lic_a", "key-1", 5);
        fixture.Clock.UtcNow += TimeSpan.FromDays(8);
        Assert.Equal(ApplyStatus.Applied, (await fixture.ConsumeAsync("lic_a", "key-1", 5)).Status);
        await fixture.Engine.DisposeAsync();
        var raised = fixture.Options with { IdempotencyDays = 35 };
        if (started)
        {
            await (await MeterEngine.OpenAsync(raised, fixture.Clock)).DisposeAsync();
        }

        Assert.Equal("", EngineFixture.Verify(fixture.Folder, raised));
    }

    [Fact]
    public async Task A_key_whose_place_was_taken_by_another_is_no_difference()
    {
        await using var fixture = await EngineFixture.StartAsync();
        await fixture.OpenLicenseAsync("lic_a");
        await fixture.ConsumeAsync("lic_a", "key-1", 5);
        await fixture.ConsumeAsync("lic_a", "key-2", 5);
        await fixture.Engine.DisposeAsync();

        // As if the next place had been the first free one.
        Assert.Equal(
            1,
            DataFolder.Execute(
                fixture.Folder.StoreFile,
                "UPDATE identity_recent SET id = id + 1 WHERE id = (SELECT MIN(id) FROM identity_recent)"));

        Assert.Contains(
            "All agrees: 1 license, 3 ledger entries.", EngineFixture.Said(fixture.Folder, fixture.Options), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_broken_page_names_its_rows_and_the_rest_is_proven_all_the_same()
    {
        await using var fixture = await EngineFixture.StartAsync();
        await MixedHistory.PlayAsync(fixture);
        await fixture.Engine.DisposeAsync();
        DataFolder.Execute(fixture.Folder.StoreFile, $"DELETE FROM directory WHERE id = '{MixedHistory.Levels}'");
        BreakPage(fixture.Folder.StoreFile, "\"idempotency_key\":\"plain-15\"");

        var found = EngineFixture.Verify(fixture.Folder, fixture.Options);

        Assert.Contains($"{MixedHistory.Plain}: entry ", found, StringComparison.Ordinal);
        Assert.Contains("cannot be read", found, StringComparison.Ordinal);
        Assert.Contains($"{MixedHistory.Levels}: it has a state but no row in the directory", found, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_was_wrong_with_removed_entries_is_told_ever_after()
    {
        await using var fixture = await EngineFixture.StartAsync(options => options with
        {
            IdempotencyDays = 1,
            LedgerRetentionDays = 2,
        });
        await fixture.OpenLicenseAsync("lic_a");
        await fixture.ConsumeAsync("lic_a", "key-1", 5);
        await fixture.Engine.FlushAsync();
        Assert.Equal(1, DataFolder.Execute(fixture.Folder.StoreFile, "UPDATE ledger SET body_hash = 'other' WHERE id = 2"));
        for (var round = 0; round < 2; round++)
        {
            fixture.Clock.UtcNow += TimeSpan.FromDays(5);
            await fixture.ConsumeAsync("lic_a", $"key-2-{round}");
            await fixture.Engine.FlushAsync();
            using var retention = new Retention(
                fixture.Engine, fixture.Clock, TimeProvider.System, new LoopStatuses(), NullLogger<Retention>.Instance);
            await retention.RunAsync(CancellationToken.None);
        }

        await fixture.Engine.DisposeAsync();
        Assert.Equal(0, fixture.Folder.Count("ledger WHERE id = 2"));
        Assert.Contains(
            "lic_a: when entries before 4 were removed, entry 2 (ledger row 2)",
            EngineFixture.Verify(fixture.Folder, fixture.Options),
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task One_is_called_one()
    {
        await using var fixture = await EngineFixture.StartAsync();
        await fixture.ApplyAsync("lic_a", new OpenLicense { LicenseId = "lic_a", TenantId = "tenant_acme" });
        await fixture.Engine.DisposeAsync();

        Assert.Contains(
            "All agrees: 1 license, 1 ledger entry.", EngineFixture.Said(fixture.Folder, fixture.Options), StringComparison.Ordinal);

        DataFolder.Execute(fixture.Folder.StoreFile, "DELETE FROM directory");
        Assert.Contains(
            "1 difference in 1 license, 1 ledger entry.", EngineFixture.Said(fixture.Folder, fixture.Options), StringComparison.Ordinal);
    }

    [Fact]
    public void Progress_is_told_every_five_seconds_with_share_and_speed()
    {
        using var said = new StringWriter();
        var time = new SteppingTime();
        var progress = new VerificationProgress(said, time, 4_000);
        progress.License();
        for (var i = 0; i < 4; i++)
        {
            time.Passed += TimeSpan.FromSeconds(2);
            progress.Read(1_000);
        }

        Assert.Equal("75 %: 1 license, 3,000 of 4,000 ledger entries, 500 entries/s", said.ToString().Trim());
    }

    private static void BreakPage(string file, string text)
    {
        var bytes = File.ReadAllBytes(file);
        var at = bytes.AsSpan().IndexOf(Encoding.UTF8.GetBytes(text));
        Assert.NotEqual(-1, at);
        bytes.AsSpan(at / PageBytes * PageBytes, 8).Fill(0xff);
        File.WriteAllBytes(file, bytes);
    }

    private sealed class SteppingTime : TimeProvider
    {
        public TimeSpan Passed { get; set; }

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => Passed.Ticks;
    }
}
