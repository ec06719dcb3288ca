using System.Collections.Concurrent;
using Metering.Api;
using Metering.Server.Loops;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Metering.Server.Webhooks;

/// <summary>
/// Brings signals to webhooks (rule 11): at least once, in order for a license, each webhook at its own pace. What it does is kept in
/// <see cref="WebhookStore"/> before and after each attempt, so a restart goes on where it was.
/// </summary>
internal sealed partial class WebhookDispatcher(
    ISignalSource outbox,
    WebhookStore store,
    WebhookSender sender,
    IOptions<WebhookOptions> options,
    TimeProvider time,
    LoopStatuses loops,
    ILogger<WebhookDispatcher> logger) : BackgroundService
{
    private const int OutboxBatch = 500;
    private const int ForgetBatch = 1_000;
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan AfterFailure = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan ForgetEvery = TimeSpan.FromHours(1);

    private readonly ConcurrentDictionary<string, int> _underWay = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, Task> _attempts = new(StringComparer.Ordinal);
    private readonly SemaphoreSlim _wake = new(0, 1);
    private DateTimeOffset _forgetAt;
    private long _sendAgainAt;

    private DateTimeOffset Now => UtcJsonConverter.WholeMilliseconds(time.GetUtcNow());

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        store.Added += Wake;
        try
        {
            await new SurvivingLoop(loops.Add("Webhook deliveries"), time, logger).RunAsync(
                async stopping => await WorkAsync(stopping) ? TimeSpan.Zero : Look,
                (pause, stopping) => _wake.WaitAsync(pause, stopping),
                stoppingToken);
        }
        finally
        {
            store.Added -= Wake;
            await Task.WhenAll(_attempts.Values);
        }
    }

    /// <summary>Makes deliveries of signals and sends what is due; true when there may be more at once.</summary>
    internal async Task<bool> WorkAsync(CancellationToken cancellationToken)
    {
        var webhooks = await store.ListAsync(cancellationToken);
        var more = await FanOutAsync(webhooks, cancellationToken);
        if (Now.UtcTicks >= Volatile.Read(ref _sendAgainAt))
        {
            foreach (var webhook in webhooks.Where(webhook => webhook.DisabledReason is null))
            {
                SendDue(webhook, cancellationToken);
            }
        }

        if (Now >= _forgetAt)
        {
            more |= store.Forget(Now.AddDays(-options.Value.KeepDays), ForgetBatch);
            _forgetAt = more ? _forgetAt : Now + ForgetEvery;
        }

        return more;
    }

    /// <summary>How many attempts were started.</summary>
    internal int Started { get; private set; }

    /// <summary>Waits for the attempts that are under way.</summary>
    internal Task SettleAsync() => Task.WhenAll(_attempts.Values);

    private async Task<bool> FanOutAsync(IReadOnlyList<Webhook> webhooks, CancellationToken cancellationToken)
    {
        var position = store.ReadOutboxPosition();
        var signals = await outbox.ReadAsync(position, OutboxBatch, cancellationToken);
        if (signals.Count == 0)
        {
            return false;
        }

        var now = Now;
        foreach (var webhook in webhooks.Where(webhook => webhook.DisabledReason is null && store.Pending(webhook.Id) >= WebhookStore.MaxPending))
        {
            var reason = $"More than {WebhookStore.MaxPending} deliveries wait for it.";
            if (store.Disable(webhook.Id, reason, now))
            {
                LogDisabled(webhook.Id, webhook.Url, reason);
            }
        }

        store.AddFromOutbox(present => signals.SelectMany(signal => WebhookMessages.Of(signal.Signal, present, now)), signals[^1].Id);
        await outbox.RemoveThroughAsync(signals[^1].Id);
        return true;
    }

    private void SendDue(Webhook webhook, CancellationToken cancellationToken)
    {
        var room = options.Value.Concurrency - _underWay.GetValueOrDefault(webhook.Id);
        if (room <= 0)
        {
            return;
        }

        // Those that are under way are still due in the store, so as many more are asked for.
        foreach (var delivery in store.Due(webhook.Id, Now, options.Value.Concurrency + room))
        {
            if (room == 0)
            {
                break;
            }

            if (_attempts.ContainsKey(delivery.Id))
            {
                continue;
            }

            room--;
            Start(delivery, cancellationToken);
        }
    }

    private void Start(Delivery delivery, CancellationToken cancellationToken)
    {
        Started++;
        var webhook = delivery.WebhookId;

        // Noted before it starts, so that it cannot end before it is noted.
        var ended = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _attempts[delivery.Id] = ended.Task;
        _underWay.AddOrUpdate(webhook, 1, (_, count) => count + 1);
        _ = Task.Run(
            async () =>
            {
                try
                {
                    await AttemptAsync(delivery, cancellationToken);
                }
                finally
                {
                    _underWay.AddOrUpdate(webhook, 0, (_, count) => count - 1);
                    _attempts.TryRemove(delivery.Id, out _);
                    ended.SetResult();
                    Wake();
                }
            },
            CancellationToken.None);
    }

    private async Task AttemptAsync(Delivery found, CancellationToken cancellationToken)
    {
        try
        {
            // The delivery may have ended since it was found, and the webhook may be another or disabled by now.
            if (store.FindDue(found.Id, Now) is not var (webhook, delivery))
            {
                return;
            }

            var attempted = await sender.SendAsync(webhook, delivery, cancellationToken);
            if (store.Keep(attempted, webhook, options.Value.RetryHours, Now) is { } disabled)
            {
                LogDisabled(disabled.Id, disabled.Url, disabled.DisabledReason!);
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // The server stops; the delivery is still due and goes out after the next start.
        }
#pragma warning disable CA1031 // Whatever it was, it concerns one attempt, and nobody waits for this task.
        catch (Exception failure)
#pragma warning restore CA1031
        {
            // The attempt is not kept, so it is made again: at least once. Not at once, or a receiver would be called without end as
            // long as the disk is full.
            Volatile.Write(ref _sendAgainAt, (Now + AfterFailure).UtcTicks);
            LogNotKept(failure, found.WebhookId);
        }
    }

    private void Wake()
    {
        try
        {
            _wake.Release();
        }
        catch (SemaphoreFullException)
        {
            // It is awake already.
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Webhook {Webhook} to {Url} was disabled: {Reason} Its failed deliveries can be redelivered once it is enabled again.")]
    private partial void LogDisabled(string webhook, string url, string reason);

    [LoggerMessage(Level = LogLevel.Error, Message = "What came of a delivery to webhook {Webhook} could not be kept; it goes out again. Free space or give this user the right to write.")]
    private partial void LogNotKept(Exception failure, string webhook);
}
