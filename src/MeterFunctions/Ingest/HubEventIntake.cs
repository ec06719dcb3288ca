using System.Net.Sockets;
using System.Net.WebSockets;
using Azure;
using Azure.Identity;
using Azure.Messaging.EventHubs;
using Azure.Messaging.EventHubs.Producer;
using MeterFunctions.Hosting;
using Metering;
using Metering.Api;
using Microsoft.Extensions.Logging;

namespace MeterFunctions.Ingest;

/// <summary>Puts events on the hub, from which they are counted. Events of one license, or tenant, stay in their order.</summary>
/// <param name="hub">The hub.</param>
/// <param name="wait">How long the hub may take for all events of one call.</param>
/// <param name="time">The time.</param>
/// <param name="logger">Where a hub that takes nothing is told.</param>
internal sealed class HubEventIntake(EventHubProducerClient hub, TimeSpan wait, TimeProvider time, ILogger<HubEventIntake> logger)
    : IEventIntake, IAsyncDisposable
{
    // Customers share this many keys, so that many events of many customers are few messages to the hub.
    private const int Keys = 64;
    private const int MaxConcurrentKeys = 8;

    /// <inheritdoc/>
    /// <remarks>
    /// A hub that does not take events, or not in time, is no fault of the request: the events are rejected as busy, and may be sent again.
    /// </remarks>
    public async ValueTask<IntakeResult> TakeAsync(IReadOnlyList<UsageEvent> events, CancellationToken cancellationToken)
    {
        using var ended = new CancellationTokenSource(wait, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(ended.Token, cancellationToken);
        var rejected = new List<RejectedEvent>();
        Exception? lost = null;
        await Parallel.ForEachAsync(
            events.GroupBy(Key),
            new ParallelOptions { MaxDegreeOfParallelism = MaxConcurrentKeys, CancellationToken = cancellationToken },
            async (group, _) =>
            {
                if (await SendAsync(group.Key, [.. group], rejected, either.Token, cancellationToken).ConfigureAwait(false) is { } fault)
                {
                    lost = fault;
                }
            }).ConfigureAwait(false);
        if (lost is not null)
        {
            // Once for all keys: the same is wrong with each of them.
            logger.HubLost(lost, rejected.Count, events.Count);
        }

        return new IntakeResult(events.Count - rejected.Count, 0, [.. rejected.OrderBy(one => one.Event.Index)]);
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => hub.DisposeAsync();

    // The fault, if the hub did not take all of them. What it did not take may be sent again with the same ids.
    private async ValueTask<Exception?> SendAsync(
        string key, List<UsageEvent> events, List<RejectedEvent> rejected, CancellationToken either, CancellationToken asked)
    {
        // How many of them are settled: the hub has them, or they were rejected. Nobody knows of the others when the hub fails.
        var settled = 0;
        EventDataBatch? batch = null;
        try
        {
            for (var i = 0; i < events.Count; i++)
            {
                batch ??= await OpenAsync(key, either).ConfigureAwait(false);
                if (batch.TryAdd(Message(events[i])))
                {
                    continue;
                }

                if (batch.Count > 0)
                {
                    await hub.SendAsync(batch, either).WaitAsync(either).ConfigureAwait(false);
                    settled = i;
                    batch.Dispose();
                    batch = null;
                    batch = await OpenAsync(key, either).ConfigureAwait(false);
                    if (batch.TryAdd(Message(events[i])))
                    {
                        continue;
                    }
                }

                Reject(rejected, [events[i]], RefusalCode.InvalidRequest, "The event is larger than a message of the hub may be.");
                settled = i + 1;
            }

            if (batch is { Count: > 0 })
            {
                await hub.SendAsync(batch, either).WaitAsync(either).ConfigureAwait(false);
            }

            batch?.Dispose();
            return null;
        }
        catch (Exception fault) when (IsLost(fault) && !asked.IsCancellationRequested)
        {
            // The batch is not disposed: the hub's client may still be sending it, and holds nothing beside its memory.
            Reject(rejected, events.Skip(settled), IntakeResult.Busy, "The hub did not take the event. It may be sent again with the same id.");
            return fault;
        }
    }

    private async ValueTask<EventDataBatch> OpenAsync(string key, CancellationToken cancellationToken) =>
        await hub.CreateBatchAsync(new CreateBatchOptions { PartitionKey = key }, cancellationToken).AsTask()
            .WaitAsync(cancellationToken).ConfigureAwait(false);

    private static EventData Message(UsageEvent usage) =>
        new(EventLetter.Payload(usage)) { ContentType = "application/json", MessageId = usage.EventId };

    // Of a hub that is not there the client throws whatever the network does; of one that does not let the app in, what the identity says.
    // Whatever is cancelled here has waited too long.
    private static bool IsLost(Exception fault) => fault
        is EventHubsException or SocketException or WebSocketException or IOException or TimeoutException or OperationCanceledException
        or UnauthorizedAccessException or AuthenticationFailedException or RequestFailedException or HttpRequestException;

    private static void Reject(List<RejectedEvent> rejected, IEnumerable<UsageEvent> events, string code, string detail)
    {
        // Keys are sent side by side, and a list takes one writer.
        lock (rejected)
        {
            rejected.AddRange(events.Select(usage => new RejectedEvent(usage, code, detail)));
        }
    }

    private static string Key(UsageEvent usage)
    {
        Span<byte> hash = stackalloc byte[TextHash.Size];
        TextHash.Write(usage.LicenseId ?? usage.TenantId ?? "", hash);

        // 64 divides the 256 values of a byte, so that no key gets more than another.
        return $"customer-{hash[0] % Keys}";
    }
}
