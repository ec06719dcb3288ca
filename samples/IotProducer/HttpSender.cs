using Metering.Client;

namespace Samples.IotProducer;

/// <summary>Over HTTP: events wait on disk until the meter has them, through any outage.</summary>
internal sealed class HttpSender(ProducerOptions options, Action<RejectedEvent> rejected) : IReadingSender
{
    private readonly MeteringEvents _events = new(new MeteringEventsOptions
    {
        Address = options.Address, Token = options.Token, QueueDirectory = options.Queue, OnRejected = rejected,
    });

    public long Waiting => _events.WaitingEvents;

    public Task SendAsync(IReadOnlyList<UsageEvent> readings)
    {
        foreach (var reading in readings)
        {
            _events.Add(reading);
        }

        return Task.CompletedTask;
    }

    public Task FlushAsync() => _events.FlushAsync();

    public ValueTask DisposeAsync() => _events.DisposeAsync();
}
