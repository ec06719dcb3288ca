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
internal sealed class WebhookDispatcher(
    ISignalOutbox outbox,
    WebhookStore store,
    WebhookSender sender,
    IOptions<WebhookOptions> options,
    TimeProvider time,
    LoopStatuses loops,
    ILogger<WebhookDispatcher> logger) : BackgroundService
{
    private const int ForgetBatch = 1_000;
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan AfterFailure = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan ForgetEvery = TimeSpan.FromHours(1);

    private readonly SignalFanOut _fanOut = new(outbox, store.Queue, logger);
    private readonly DeliveryAttempts _attempts = new(options.Value.Concurrency);
    private readonly SemaphoreSlim _wake = new(0, 1);

    // By the time that passes whatever the clock does: one that was set back would make a wait of seconds as long as it was set back.
    private long _forgetAt;
    private long _sendAgainAt;

    /// <summary>How many attempts were started.</summary>
    internal int Started => _attempts.Started;

    private DateTimeOffset Now => UtcJsonConverter.WholeMilliseconds(time.GetUtcNow());

    /// <summary>Waits for the attempts that are under way.</summary>
    internal Task WaitForAttemptsAsync() => _attempts.WaitAsync();

    /// <summary>Makes deliveries of signals and sends what is due; true when there may be more at once.</summary>
    internal async Task<bool> WorkAsync(CancellationToken cancellationToken)
    {
        var webhooks = await store.ListAsync(cancellationToken);
        var more = await _fanOut.RunAsync(webhooks, Now, cancellationToken);
        if (time.GetTimestamp() >= Volatile.Read(ref _sendAgainAt))
        {
            foreach (var webhook in webhooks.Where(webhook => webhook.DisabledReason is null))
            {
                _attempts.Start(
                    webhook.Id, limit => store.Queue.Due(webhook.Id, Now, limit), due => AttemptAsync(due, cancellationToken), Wake);
            }
        }

        if (time.GetTimestamp() >= _forgetAt)
        {
            more |= store.Queue.Forget(Now.AddDays(-options.Value.KeepDays), ForgetBatch);
            _forgetAt = more ? _forgetAt : In(ForgetEvery);
        }

        return more;
    }

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
            await _attempts.WaitAsync();
        }
    }

    private async Task AttemptAsync(Delivery found, CancellationToken cancellationToken)
    {
        try
        {
            // The delivery may have ended since it was found, and the webhook may be another or disabled by now.
            if (store.Queue.FindDue(found.Id, Now) is not var (webhook, delivery))
            {
                return;
            }

            var attempted = await sender.SendAsync(webhook, delivery, cancellationToken);
            if (store.Queue.Keep(attempted, webhook, options.Value.RetryHours, Now) is { } disabled)
            {
                logger.WebhookDisabled(disabled);
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
            Volatile.Write(ref _sendAgainAt, In(AfterFailure));
            logger.DeliveryNotKept(failure, found.WebhookId);
        }
    }

    private long In(TimeSpan pause) => time.GetTimestamp() + (long)(pause.TotalSeconds * time.TimestampFrequency);

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
}
