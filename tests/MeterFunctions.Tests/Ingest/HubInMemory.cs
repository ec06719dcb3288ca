using System.Globalization;
using Azure.Messaging.EventHubs;
using Azure.Messaging.EventHubs.Producer;

namespace MeterFunctions.Tests.Ingest;

/// <summary>A hub's producer that keeps what it is given.</summary>
internal sealed class HubInMemory : EventHubProducerClient
{
    private readonly Lock _turn = new();
    private readonly Dictionary<EventDataBatch, (string Key, List<EventData> Events)> _open = [];
    private int _messages;

    /// <summary>What was sent: the message's key, and the event's number and body.</summary>
    public List<(string Key, int Number, string Body)> Sent { get; } = [];

    /// <summary>Most events of a message.</summary>
    public int MaxEvents { get; init; } = 100;

    /// <summary>Most bytes of an event.</summary>
    public int MaxBytes { get; init; } = 100_000;

    /// <summary>What it throws, from which message on, and whether when that is opened or sent.</summary>
    public Exception? Fault { get; init; }

    public int FailsFrom { get; init; }

    public bool FailsWhenOpening { get; init; }

    /// <summary>Whether it never answers.</summary>
    public bool Hangs { get; init; }

    public Action? OnHanging { get; init; }

    public override async ValueTask<EventDataBatch> CreateBatchAsync(
        CreateBatchOptions options, CancellationToken cancellationToken = default)
    {
        if (Hangs)
        {
            OnHanging?.Invoke();

            // Not even when it is cancelled, as a client that is connecting may not.
            await new TaskCompletionSource().Task;
        }

        lock (_turn)
        {
            ThrowIf(FailsWhenOpening);
            var events = new List<EventData>();
            var batch = EventHubsModelFactory.EventDataBatch(
                100_000, events, options, one => events.Count < MaxEvents && one.EventBody.ToMemory().Length <= MaxBytes);
            _open.Add(batch, (options.PartitionKey, events));
            return batch;
        }
    }

    public override Task SendAsync(EventDataBatch eventBatch, CancellationToken cancellationToken = default)
    {
        lock (_turn)
        {
            ThrowIf(!FailsWhenOpening);
            _messages++;
            var (key, events) = _open[eventBatch];
            Sent.AddRange(events.Select(one =>
                (key, int.Parse(one.MessageId["evt_".Length..], CultureInfo.InvariantCulture), one.EventBody.ToString())));
            return Task.CompletedTask;
        }
    }

    public override Task CloseAsync(CancellationToken cancellationToken = default) => Task.CompletedTask;

    private void ThrowIf(bool here)
    {
        if (here && Fault is not null && _messages >= FailsFrom)
        {
            throw Fault;
        }
    }
}
