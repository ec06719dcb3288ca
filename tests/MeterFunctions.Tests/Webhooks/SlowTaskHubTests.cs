using MeterFunctions.Tests.Hosting;
using MeterFunctions.Webhooks;
using Microsoft.DurableTask.Entities;
using Microsoft.Extensions.DependencyInjection;

namespace MeterFunctions.Tests.Webhooks;

/// <summary>A task hub that does not answer, while the tables do.</summary>
[Collection(StorageCollection.Name)]
public sealed class SlowTaskHubTests(Azurite azurite)
{
    [Fact]
    public async Task It_holds_up_no_answer_of_a_commit_with_signals()
    {
        var hub = new SilentHub();
        await using var app = new App(azurite, hub: hub);
        var outbox = ActivatorUtilities.CreateInstance<SignalOutbox>(app.Services, new InstantTime());

        await outbox.NudgeAsync("lic_1").AsTask().WaitAsync(TimeSpan.FromMinutes(1));

        Assert.Equal(1, hub.Signals);
    }

    private sealed class SilentHub : EntityTaskHub
    {
        public int Signals { get; private set; }

        public override Task SignalAsync(EntityInstanceId id, string operation, string input)
        {
            Signals++;
            return new TaskCompletionSource().Task;
        }

        public override string? StateOf(EntityInstanceId id) => null;
    }

    // Waits are over at once.
    private sealed class InstantTime : TimeProvider
    {
        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
            System.CreateTimer(callback, state, TimeSpan.Zero, Timeout.InfiniteTimeSpan);
    }
}
