using Metering.Server.Tests.Support;

namespace Metering.Server.Tests.Engine;

/// <summary>Rule 8 on the server: in memory, in the store, and across restarts.</summary>
[Rule(8)]
public sealed class OnceTests
{
    [Theory]
    [InlineData(false, false)]
    [InlineData(true, false)]
    [InlineData(true, true)]
    public async Task A_repeated_key_gets_the_first_answer_and_counts_once(bool writtenOut, bool restarted)
    {
        await using var fixture = await EngineFixture.StartAsync();
        await fixture.OpenLicenseAsync("lic_a");
        var first = await fixture.ConsumeAsync("lic_a", "key-1", 7, eventId: "evt-1");
        await fixture.ConsumeAsync("lic_a", "key-2");
        if (writtenOut)
        {
            await fixture.Engine.FlushAsync();
        }

        if (restarted)
        {
            await fixture.RestartAsync();
        }

        var again = await fixture.ConsumeAsync("lic_a", "key-1", 7, eventId: "evt-1");

        Assert.Equal(ApplyStatus.Applied, first.Status);
        Assert.Equal(ApplyStatus.Replayed, again.Status);
        var (before, after) = (Assert.IsType<UsageAnswer>(first.Answer), Assert.IsType<UsageAnswer>(again.Answer));
        Assert.Equal(before with { Signals = [] }, after with { Signals = [] });
        Assert.Equal(8, await fixture.UsedAsync("lic_a"));
        await fixture.VerifyAsync();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_key_with_another_body_is_refused_and_counts_nothing(bool writtenOut)
    {
        await using var fixture = await EngineFixture.StartAsync();
        await fixture.OpenLicenseAsync("lic_a");
        await fixture.ConsumeAsync("lic_a", "key-1", body: new string('a', 64));
        if (writtenOut)
        {
            await fixture.Engine.FlushAsync();
        }

        var other = await fixture.ConsumeAsync("lic_a", "key-1", 2, body: new string('b', 64));

        Assert.Equal(ApplyStatus.KeyReused, other.Status);
        Assert.Equal(1, await fixture.UsedAsync("lic_a"));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task An_event_counts_once_whether_it_comes_with_another_key_or_with_none(bool writtenOut)
    {
        await using var fixture = await EngineFixture.StartAsync();
        await fixture.OpenLicenseAsync("lic_a");
        await fixture.ConsumeAsync("lic_a", "key-1", eventId: "evt-1");
        if (writtenOut)
        {
            await fixture.Engine.FlushAsync();
        }

        var otherKey = await fixture.ConsumeAsync("lic_a", "key-2", eventId: "evt-1");
        var streamed = await fixture.ApplyAsync(
            "lic_a", new RecordUse { FeatureCode = "api_calls", EventId = "evt-1" }, Once.ByEvent("evt-1"));

        Assert.Equal(ApplyStatus.Replayed, otherKey.Status);
        Assert.Equal(ApplyStatus.Replayed, streamed.Status);
        Assert.Equal(1, await fixture.UsedAsync("lic_a"));
    }

    [Fact]
    public async Task A_key_whose_memory_is_over_counts_again_and_is_remembered_again()
    {
        await using var fixture = await EngineFixture.StartAsync(options => options with { IdempotencyDays = 2 });
        await fixture.OpenLicenseAsync("lic_a", reset: Interval.None);
        await fixture.ConsumeAsync("lic_a", "key-1");
        await fixture.Engine.FlushAsync();
        var over = fixture.Clock.UtcNow + TimeSpan.FromDays(2);
        fixture.Clock.UtcNow = over.AddMilliseconds(-1);
        var before = await fixture.ConsumeAsync("lic_a", "key-1");
        fixture.Clock.UtcNow = over;

        var later = await fixture.ConsumeAsync("lic_a", "key-1");
        await fixture.Engine.FlushAsync();
        var repeat = await fixture.ConsumeAsync("lic_a", "key-1");

        Assert.Equal(ApplyStatus.Replayed, before.Status);
        Assert.Equal(ApplyStatus.Applied, later.Status);
        Assert.Equal(ApplyStatus.Replayed, repeat.Status);
        Assert.Equal(2, await fixture.UsedAsync("lic_a"));
        await fixture.VerifyAsync();
    }

    [Fact]
    public async Task A_key_is_recognized_beside_a_newer_one_that_shares_the_bits_by_which_it_is_looked_up()
    {
        await using var fixture = await EngineFixture.StartAsync();
        await fixture.OpenLicenseAsync("lic_a");
        await fixture.ConsumeAsync("lic_a", "key-1", 3);
        await fixture.ConsumeAsync("lic_a", "key-2", 4);
        await fixture.Engine.FlushAsync();
        Assert.Equal(
            1,
            DataFolder.Execute(
                fixture.Folder.StoreFile,
                "INSERT INTO identity SELECT id + 1, (3 << 20) | (value & 1048575) FROM identity_recent WHERE value >> 20 = 2"));
        await fixture.RestartAsync();

        var repeat = await fixture.ConsumeAsync("lic_a", "key-1", 3);

        Assert.Equal(ApplyStatus.Replayed, repeat.Status);
        Assert.Equal(3, Assert.IsType<UsageAnswer>(repeat.Answer).Used);
    }

    [Fact]
    public async Task An_answer_is_given_only_if_its_row_is_of_this_license_and_this_key()
    {
        await using var fixture = await EngineFixture.StartAsync();
        await fixture.OpenLicenseAsync("lic_a");
        await fixture.OpenLicenseAsync("lic_b");
        await fixture.ConsumeAsync("lic_a", "key-1", 3);
        await fixture.ConsumeAsync("lic_a", "key-2", 4);
        await fixture.ConsumeAsync("lic_b", "key-1", 5);
        await fixture.Engine.FlushAsync();

        // Every remembered key leads to the row of the first; the low 20 bits tell the keys apart.
        Assert.Equal(
            3,
            DataFolder.Execute(
                fixture.Folder.StoreFile,
                "UPDATE identity_recent SET value = (value & 1048575) | ((SELECT MIN(value >> 20) FROM identity_recent) << 20)"));
        await fixture.RestartAsync();

        Assert.Equal(ApplyStatus.Replayed, (await fixture.ConsumeAsync("lic_a", "key-1", 3)).Status);
        Assert.Equal(ApplyStatus.Applied, (await fixture.ConsumeAsync("lic_a", "key-2", 4)).Status);
        Assert.Equal(ApplyStatus.Applied, (await fixture.ConsumeAsync("lic_b", "key-1", 5)).Status);
    }
}
