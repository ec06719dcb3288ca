using Azure.Messaging.EventHubs;
using Azure.Messaging.EventHubs.Producer;
using Metering;
using Metering.Api;

namespace MeterFunctions.Ingest;

/// <summary>Puts events on the hub, from which they are counted. Events of one license, or tenant, stay in their order.</summary>
internal sealed class HubEventIntake(EventHubProducerClient hub) : IEventIntake, IAsyncDisposable
{
    // Customers share this many keys, so that many events of many customers are few messages to the hub.
    private const int Keys = 64;
    private const int MaxConcurrentKeys = 8;

    /// <inheritdoc/>
    public async ValueTask<IntakeResult> TakeAsync(IReadOnlyList<UsageEvent> events, CancellationToken cancellationToken)
    {
        var rejected = new List<RejectedEvent>();
        await Parallel.ForEachAsync(
            events.GroupBy(Key),
            new ParallelOptions { MaxDegreeOfParallelism = MaxConcurrentKeys, CancellationToken = cancellationToken },
            async (group, cancel) => await SendAsync(group.Key, group, rejected, cancel).ConfigureAwait(false)).ConfigureAwait(false);
        return new IntakeResult(events.Count - rejected.Count, 0, [.. rejected.OrderBy(one => one.Event.Index)]);
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => hub.DisposeAsync();

    // What the hub did not take may be sent again with the same ids.
    private async ValueTask SendAsync(
        string key, IEnumerable<UsageEvent> events, List<RejectedEvent> rejected, CancellationToken cancellationToken)
    {
        var options = new CreateBatchOptions { PartitionKey = key };
        var open = new List<UsageEvent>();
        EventDataBatch? batch = null;
        try
        {
            foreach (var usage in events)
            {
                var message = new EventData(EventLetter.Payload(usage)) { ContentType = "application/json", MessageId = usage.EventId };
                batch ??= await hub.CreateBatchAsync(options, cancellationToken).ConfigureAwait(false);
                if (!batch.TryAdd(message))
                {
                    await FlushAsync().ConfigureAwait(false);
                    batch = await hub.CreateBatchAsync(options, cancellationToken).ConfigureAwait(false);
                    if (!batch.TryAdd(message))
                    {
                        Reject(rejected, [usage], RefusalCode.InvalidRequest, "The event is larger than a message of the hub may be.");
                        continue;
                    }
                }

                open.Add(usage);
            }

            await FlushAsync().ConfigureAwait(false);
        }
        catch (EventHubsException fault)
        {
            // What went with the batches before was taken; from the first of the open one on, nobody knows.
            var sent = open.Count == 0 ? -1 : open[0].Index;
            Reject(
                rejected,
                events.Where(usage => open.Count == 0 || usage.Index >= sent),
                IntakeResult.Busy,
                $"The hub did not take the event ({fault.Reason}). It may be sent again with the same id.");
        }
        finally
        {
            batch?.Dispose();
        }

        async ValueTask FlushAsync()
        {
            if (batch is { Count: > 0 })
            {
                await hub.SendAsync(batch, cancellationToken).ConfigureAwait(false);
            }

            batch?.Dispose();
            batch = null;
            open.Clear();
        }
    }

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
