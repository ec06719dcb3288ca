using Metering.Server.Engine;
using Metering.Server.Storage;
using Metering.Server.Tests.Support;

namespace Metering.Server.Tests.Engine;

/// <summary>What a killed process leaves behind: a copy of its files, taken while it ran.</summary>
[Rule(9)]
public sealed class RecoveryTests
{
    private static readonly Func<ServerOptions, ServerOptions> WritesOutLate = options =>
        options with { WriteOutAfterMilliseconds = 60_000 };

    [Fact]
    public async Task The_journal_alone_brings_back_licenses_use_and_keys()
    {
        await using var fixture = await EngineFixture.StartAsync(WritesOutLate);
        await fixture.OpenLicenseAsync("lic_a");
        await fixture.ConsumeAsync("lic_a", "key-1", 3, eventId: "evt-1");
        fixture.Clock.UtcNow += TimeSpan.FromDays(40);
        await fixture.ConsumeAsync("lic_a", "key-2", 4);

        await using var recovered = await EngineFixture.StartAsync(WritesOutLate, fixture.Folder.Copy());

        Assert.Equal(0, fixture.Folder.Count("license"));
        Assert.Equal(4, await recovered.UsedAsync("lic_a"));
        Assert.Equal(ApplyStatus.Replayed, (await recovered.ConsumeAsync("lic_a", "key-1", 3)).Status);
        Assert.Equal(ApplyStatus.Replayed, (await recovered.ConsumeAsync("lic_a", eventId: "evt-1")).Status);
        await recovered.VerifyAsync();
    }

    [Fact]
    public async Task Commands_that_the_store_has_already_are_passed_over()
    {
        await using var fixture = await EngineFixture.StartAsync(WritesOutLate);
        await fixture.OpenLicenseAsync("lic_a");
        await fixture.ConsumeAsync("lic_a", "key-1");
        using var journaled = fixture.Folder.Copy();
        await fixture.Engine.FlushAsync();
        using var written = fixture.Folder.Copy();

        // The store of after, the journal of before: the process died between writing out and deleting from the journal.
        foreach (var file in Directory.GetFiles(journaled.Path, "journal.db*"))
        {
            File.Copy(file, Path.Combine(written.Path, Path.GetFileName(file)), overwrite: true);
        }

        await using var recovered = await EngineFixture.StartAsync(WritesOutLate, written.Copy());

        Assert.Equal(1, await recovered.UsedAsync("lic_a"));
        Assert.Equal(ApplyStatus.Replayed, (await recovered.ConsumeAsync("lic_a", "key-1")).Status);
        await recovered.VerifyAsync();
    }

    [Fact]
    public async Task A_journal_of_another_moment_than_the_store_is_refused()
    {
        await using var fixture = await EngineFixture.StartAsync(WritesOutLate);
        await fixture.OpenLicenseAsync("lic_a");
        await fixture.ConsumeAsync("lic_a", "key-1");
        await fixture.Engine.FlushAsync();
        using var early = fixture.Folder.Copy();
        await fixture.ConsumeAsync("lic_a", "key-2");
        await fixture.Engine.FlushAsync();
        await fixture.ConsumeAsync("lic_a", "key-3");
        using var late = fixture.Folder.Copy();
        foreach (var file in Directory.GetFiles(early.Path, "meter.db*"))
        {
            File.Copy(file, Path.Combine(late.Path, Path.GetFileName(file)), overwrite: true);
        }

        var refused = await Assert.ThrowsAsync<DataDirectoryException>(
            () => MeterEngine.OpenAsync(fixture.Options with { Data = late.Path }, fixture.Clock));

        Assert.Contains("meter.db is older than journal.db", refused.Message, StringComparison.Ordinal);
        Assert.Contains("from one backup", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_recovered_engine_numbers_new_licenses_after_the_old_ones()
    {
        await using var fixture = await EngineFixture.StartAsync(WritesOutLate);
        await fixture.OpenLicenseAsync("lic_a");
        await using var recovered = await EngineFixture.StartAsync(WritesOutLate, fixture.Folder.Copy());

        await recovered.OpenLicenseAsync("lic_b");
        await recovered.ConsumeAsync("lic_b", "key-1", 2);

        Assert.Equal(0, await recovered.UsedAsync("lic_a"));
        Assert.Equal(2, await recovered.UsedAsync("lic_b"));
        await recovered.VerifyAsync();
    }
}
