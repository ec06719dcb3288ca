using System.Buffers.Binary;
using System.Text;
using Metering.Server.Engine;
using Metering.Server.Hosting;
using Metering.Server.Storage;
using Metering.Server.Stores;
using Metering.Server.Tests.Support;
using Metering.Server.Tests.Webhooks;
using Metering.Server.Webhooks;

namespace Metering.Server.Tests.Engine;

/// <summary>Files that are not of one moment or one version, as a backup makes them that was restored in part.</summary>
public sealed class FileAgreementTests
{
    private static readonly Func<ServerOptions, ServerOptions> WritesOutLate = options =>
        options with { WriteOutAfterMilliseconds = 60_000 };

    [Fact]
    public async Task A_store_that_is_older_than_the_journal_is_refused_until_it_is_accepted()
    {
        await using var fixture = await EngineFixture.StartAsync(WritesOutLate);
        await fixture.OpenLicenseAsync("lic_a");
        await fixture.Engine.FlushAsync();
        using var early = fixture.Folder.Copy();
        await fixture.ConsumeAsync("lic_a", "key-1");
        await fixture.Engine.FlushAsync();
        await fixture.ConsumeAsync("lic_a", "key-2");
        using var late = fixture.Folder.Copy();
        Replace(late, early, "meter.db");

        await RefusedAsync(fixture, late, "meter.db is older than journal.db");
        Assert.Equal(0, Accept(late, fixture.Options));
        await using var accepted = await EngineFixture.StartAsync(WritesOutLate, late.Copy());

        Assert.Equal(0, await accepted.UsedAsync("lic_a"));
        await accepted.ConsumeAsync("lic_a", "key-1");
        await accepted.VerifyAsync();
    }

    [Fact]
    public async Task A_journal_that_is_older_than_the_store_is_refused()
    {
        await using var fixture = await EngineFixture.StartAsync(WritesOutLate);
        await fixture.OpenLicenseAsync("lic_a");
        using var early = fixture.Folder.Copy();
        await fixture.ConsumeAsync("lic_a", "key-1");
        await fixture.Engine.FlushAsync();
        using var late = fixture.Folder.Copy();
        Replace(late, early, "journal.db");

        await RefusedAsync(fixture, late, "journal.db is older than meter.db");
    }

    [Fact]
    public async Task Webhooks_of_another_moment_than_the_store_are_refused()
    {
        await using var fixture = await EngineFixture.StartAsync(WritesOutLate);
        using var early = fixture.Folder.Copy();
        await fixture.OpenLicenseAsync("lic_a");
        await fixture.Engine.FlushAsync();
        using (var webhooks = Webhooks(fixture.Folder, () => fixture.Engine.Store.Generation))
        {
            webhooks.Queue.AddFromOutbox([Signal(7)], DateTimeOffset.UnixEpoch);
        }

        await new SignalOutbox(fixture.Engine).RemoveThroughAsync(7);
        using var olderStore = fixture.Folder.Copy();
        Replace(olderStore, early, "meter.db");
        Replace(olderStore, early, "journal.db");
        Assert.Equal(ApplyStatus.Applied, (await fixture.ConsumeAsync("lic_a", "in-the-journal")).Status);
        using var olderWebhooks = fixture.Folder.Copy();
        Replace(olderWebhooks, early, "webhooks.db");

        await RefusedAsync(fixture, olderStore, "meter.db is older than webhooks.db");
        await RefusedAsync(fixture, olderWebhooks, "webhooks.db is older than meter.db");
        Assert.Equal(0, Accept(olderWebhooks, fixture.Options));
        await using var accepted = await EngineFixture.StartAsync(WritesOutLate, olderWebhooks.Copy());
        Assert.Equal(1, await accepted.UsedAsync("lic_a"));
        Assert.Equal(ApplyStatus.Replayed, (await accepted.ConsumeAsync("lic_a", "in-the-journal")).Status);
        await accepted.VerifyAsync();
    }

    [Fact]
    public async Task A_webhook_that_is_newer_than_the_accepted_store_gets_what_comes_from_then_on()
    {
        await using var fixture = await EngineFixture.StartAsync(WritesOutLate);
        using var early = fixture.Folder.Copy();
        await fixture.OpenLicenseAsync("lic_a");
        await fixture.Engine.FlushAsync();
        var outbox = new MemoryOutbox();
        outbox.Add("lic_a", 1, 2, 3);
        using (var webhooks = Webhooks(fixture.Folder, () => fixture.Engine.Store.Generation, outbox))
        {
            await webhooks.AddAsync(new Webhook { Id = "whk_0", Url = "https://hooks.example.com" }, CancellationToken.None);
            webhooks.Queue.AddFromOutbox([Signal(3)], DateTimeOffset.UnixEpoch);
        }

        using var olderStore = fixture.Folder.Copy();
        Replace(olderStore, early, "meter.db");
        Replace(olderStore, early, "journal.db");
        Assert.Equal(0, Accept(olderStore, fixture.Options));

        using var accepted = Webhooks(olderStore);
        accepted.Queue.AddFromOutbox([Signal(1)], DateTimeOffset.UnixEpoch);

        Assert.Equal(1, accepted.Queue.Pending("whk_0"));
    }

    [Fact]
    public async Task Files_of_two_directories_are_refused()
    {
        await using var one = await EngineFixture.StartAsync(WritesOutLate);
        await using var other = await EngineFixture.StartAsync(WritesOutLate);
        using var mixed = one.Folder.Copy();
        Replace(mixed, other.Folder, "webhooks.db");

        await RefusedAsync(one, mixed, "webhooks.db is of another data directory");
    }

    [Theory]
    [InlineData("meter.db", 1, "older version of this server (form 1; this one reads form 11)")]
    [InlineData("journal.db", 0, "older version")]
    [InlineData("webhooks.db", 0, "older version")]
    [InlineData("meter.db", 99, "newer version")]
    public async Task A_directory_of_another_form_is_refused_with_a_clear_sentence(string file, int form, string sentence)
    {
        using var folder = new DataFolder();
        DataFolder.Execute(Path.Combine(folder.Path, file), $"CREATE TABLE license (id); PRAGMA user_version = {form}");

        var refused = await Assert.ThrowsAsync<DataDirectoryException>(
            () => MeterEngine.OpenAsync(new ServerOptions { Data = folder.Path }, new ManualClock()));

        Assert.Contains(sentence, refused.Message, StringComparison.Ordinal);
        Assert.Contains(file, refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_journal_is_replayed_with_the_options_of_then()
    {
        await using var fixture = await EngineFixture.StartAsync(WritesOutLate);
        await fixture.OpenLicenseAsync("lic_a", reset: Interval.Day);
        await fixture.ConsumeAsync("lic_a", "key-1", 2);
        fixture.Clock.UtcNow += TimeSpan.FromHours(20);
        await fixture.ConsumeAsync("lic_a", "key-2", 3);
        await fixture.ApplyAsync(
            "lic_a",
            new RecordUse { FeatureCode = EngineFixture.Calls.Code, Given = 4, OccurredAt = fixture.Clock.UtcNow.AddHours(-20) },
            Once.ByKey("late", "body"));
        var before = await fixture.UsedAsync("lic_a");

        await using var recovered = await EngineFixture.StartAsync(
            options => WritesOutLate(options) with { LateWindowHours = 0 }, fixture.Folder.Copy());

        Assert.Equal(before, await recovered.UsedAsync("lic_a"));
        await recovered.VerifyAsync();
    }

    [Fact]
    public async Task A_command_that_comes_to_another_outcome_is_refused_and_nothing_is_changed()
    {
        await using var fixture = await EngineFixture.StartAsync(WritesOutLate);
        await fixture.OpenLicenseAsync("lic_a");
        await fixture.ConsumeAsync("lic_a", "key-1", 3);
        await fixture.ConsumeAsync("lic_a", "key-2", 7777);
        await fixture.ConsumeAsync("lic_a", "key-3", 777);
        using var changed = fixture.Folder.Copy();
        DataFolder.ChangeBlocks(changed.JournalFile, block =>
        {
            var other = Encoding.Latin1.GetBytes(
                Encoding.Latin1.GetString(block).Replace("\"given\":777", "\"given\":778", StringComparison.Ordinal));
            var content = other.AsSpan(0, other.Length - sizeof(uint));
            BinaryPrimitives.WriteUInt32LittleEndian(other.AsSpan(content.Length), Checksum.Of(content));
            return other;
        });

        await RefusedAsync(fixture, changed, "came to another outcome than the one that was acknowledged");

        Assert.Equal(0, changed.Count("license"));
        Assert.Equal(0, changed.Count("ledger"));
    }

    private static async Task RefusedAsync(EngineFixture fixture, DataFolder folder, string sentence)
    {
        var refused = await Assert.ThrowsAsync<DataDirectoryException>(
            () => MeterEngine.OpenAsync(fixture.Options with { Data = folder.Path }, fixture.Clock));
        Assert.Contains(sentence, refused.Message, StringComparison.Ordinal);
        Assert.Contains("Nothing was changed.", refused.Message, StringComparison.Ordinal);
    }

    private static WebhookStore Webhooks(DataFolder folder, Func<long>? generation = null, ISignalOutbox? outbox = null) =>
        new(Path.Combine(folder.Path, "webhooks.db"), generation, outbox);

    private static OutboxSignal Signal(long position) => new(position, new Signal { LicenseId = "lic_a", TenantId = "tenant" });

    private static int Accept(DataFolder folder, ServerOptions options)
    {
        using var directory = DataDirectory.Take(folder.Path);
        using var output = new StringWriter();
        return AcceptFiles.Run(directory, options, output);
    }

    private static void Replace(DataFolder folder, DataFolder by, string file)
    {
        foreach (var old in Directory.GetFiles(folder.Path, file + "*"))
        {
            File.Delete(old);
        }

        foreach (var older in Directory.GetFiles(by.Path, file + "*"))
        {
            File.Copy(older, Path.Combine(folder.Path, Path.GetFileName(older)));
        }
    }
}
