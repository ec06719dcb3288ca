using System.Collections.Immutable;
using Metering.Server.Engine;
using Metering.Server.Tests.Support;

namespace Metering.Server.Tests.Engine;

/// <summary>Lists of commands, beyond what the port's contract holds on every host.</summary>
public sealed class CommandListTests
{
    private const int Many = 500;

    [Fact]
    public async Task A_list_is_one_row_of_the_journal()
    {
        await using var fixture = await EngineFixture.StartAsync(options => options with { WriteOutAfterMilliseconds = 60_000 });
        await fixture.OpenLicenseAsync("lic_a");
        await fixture.Engine.FlushAsync();

        await fixture.Engine.ApplyAsync("lic_a", Consumes(Many), CancellationToken.None);

        var records = new List<int>();
        DataFolder.ChangeBlocks(fixture.Folder.JournalFile, block =>
        {
            records.Add(JournalBlock.Read(block).Records.Count);
            return block;
        });
        Assert.Contains(Many, records);
        await fixture.VerifyAsync();
    }

    [Fact]
    public async Task A_list_longer_than_the_queue_and_the_batches_is_taken_whole()
    {
        await using var fixture = await EngineFixture.StartAsync(options => options with { MaxShardQueue = 16, MaxShardBatch = 7 });
        await fixture.OpenLicenseAsync("lic_a");

        var results = await fixture.Engine.ApplyAsync("lic_a", Consumes(Many), CancellationToken.None);

        Assert.Equal(Enumerable.Range(1, Many).Select(i => (decimal)i), results.Select(result => ((UsageAnswer)result.Answer!).Used));
        await fixture.VerifyAsync();
    }

    [Fact]
    [Rule(9)]
    public async Task Of_a_list_that_could_not_be_made_durable_nothing_counted_and_every_result_says_so()
    {
        await using var fixture = await EngineFixture.StartAsync(options => options with { LockWait = TimeSpan.FromMilliseconds(20) });
        await fixture.OpenLicenseAsync("lic_a");
        using (DataFolder.LockWrites(fixture.Folder.JournalFile))
        {
            var results = await fixture.Engine.ApplyAsync("lic_a", Consumes(50), CancellationToken.None);
            Assert.All(results, result => Assert.Equal(ApplyResult.Busy, result));
            Assert.Equal(0, await fixture.UsedAsync("lic_a"));
        }

        var again = await fixture.Engine.ApplyAsync("lic_a", Consumes(50), CancellationToken.None);
        Assert.All(again, result => Assert.Equal(ApplyStatus.Applied, result.Status));
        Assert.Equal(50, await fixture.UsedAsync("lic_a"));
        await fixture.VerifyAsync();
    }

    [Fact]
    public async Task Cancelling_stops_the_wait_and_not_the_commands()
    {
        await using var fixture = await EngineFixture.StartAsync(options => options with { LockWait = TimeSpan.FromMinutes(1) });
        await fixture.OpenLicenseAsync("lic_a");
        using var cancelled = new CancellationTokenSource();
        await cancelled.CancelAsync();

        // The lock keeps the commit from being faster than the wait.
        using (DataFolder.LockWrites(fixture.Folder.JournalFile))
        {
            await Assert.ThrowsAnyAsync<OperationCanceledException>(
                async () => await fixture.Engine.ApplyAsync("lic_a", Consumes(3), cancelled.Token));
        }

        var repeats = await fixture.Engine.ApplyAsync("lic_a", Consumes(3), CancellationToken.None);
        Assert.All(repeats, result => Assert.Equal(ApplyStatus.Replayed, result.Status));
    }

    private static ImmutableArray<RequestedCommand> Consumes(int count) =>
        [.. Enumerable.Range(0, count).Select(i =>
            new RequestedCommand(new Consume { FeatureCode = "api_calls" }, Once.ByKey($"key-{i}", "body")))];
}
