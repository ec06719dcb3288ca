using System.Text.Json;
using MeterFunctions.Orchestrations;
using MeterFunctions.Tests.Hosting;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace MeterFunctions.Tests.Orchestrations;

/// <summary>What has ended is purged, also when the task hub fails at first.</summary>
public sealed class FinishedInstancesTests
{
    private static readonly DateTimeOffset Now = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private readonly FinishedInstances _finished = new(new FakeTimeProvider(Now), NullLogger<FinishedInstances>.Instance);

    [Fact]
    public async Task An_orchestration_that_has_ended_is_purged()
    {
        await using var hub = new TaskHub();

        var run = await RunAsync(hub, new FinishedInstance("one"));

        Assert.Equal(["one"], hub.Purged);
        Assert.Empty(run.Sent);
    }

    [Fact]
    public async Task A_purge_that_fails_is_tried_again_ever_later()
    {
        await using var hub = new TaskHub { PurgeFault = new InvalidOperationException("The task hub is away.") };

        var first = await RunAsync(hub, new FinishedInstance("one"));
        var second = await RunAsync(hub, Next(first));

        Assert.Equal((FinishedInstances.Id, FinishedInstances.Purge, Now.AddMinutes(1)), To(first));
        Assert.Equal(Now.AddMinutes(4), second.Sent.Single().At);
        hub.PurgeFault = null;
        Assert.Empty((await RunAsync(hub, Next(second))).Sent);
        Assert.Equal(["one"], hub.Purged);
    }

    [Fact]
    public async Task A_purge_that_goes_on_failing_is_given_up()
    {
        await using var hub = new TaskHub { PurgeFault = new InvalidOperationException("The task hub is away.") };
        var instance = new FinishedInstance("one");
        var tries = 1;

        for (var run = await RunAsync(hub, instance); run.Sent.Count > 0; run = await RunAsync(hub, Next(run)))
        {
            tries++;
        }

        Assert.Equal(FinishedInstances.Attempts, tries);
    }

    private static (object Id, string Operation, DateTimeOffset? At) To(EntityRun run) =>
        (run.Sent.Single().Id, run.Sent.Single().Operation, run.Sent.Single().At);

    private static FinishedInstance Next(EntityRun run) => JsonSerializer.Deserialize<FinishedInstance>(run.Sent.Single().Input)!;

    private async Task<EntityRun> RunAsync(TaskHub hub, FinishedInstance instance)
    {
        var run = new EntityRun(FinishedInstances.Id, FinishedInstances.Purge, JsonSerializer.Serialize(instance), state: null);
        await _finished.RunAsync(run, hub);
        return run;
    }
}
