using Metering.Server.Webhooks;

namespace Metering.Server.Tests.Webhooks;

/// <summary>An outbox in memory.</summary>
internal sealed class MemoryOutbox : ISignalOutbox
{
    private readonly List<OutboxSignal> _signals = [];
    private long _last;

    /// <summary>Whether signals stay in the source after their deliveries were made, as after a crash in between.</summary>
    public bool KeepAll { get; set; }

    /// <summary>What goes wrong with the next rounds.</summary>
    public Queue<Exception> Faults { get; } = new();

    public void Add(string license, params int[] sequences)
    {
        foreach (var sequence in sequences)
        {
            _signals.Add(new OutboxSignal(++_last, new Signal
            {
                Type = SignalType.PeriodClosed,
                LicenseId = license,
                TenantId = "tenant",
                Sequence = sequence,
            }));
        }
    }

    public ValueTask<IReadOnlyList<OutboxSignal>> ReadAsync(long after, int limit, CancellationToken cancellationToken) =>
        ValueTask.FromResult<IReadOnlyList<OutboxSignal>>(_signals.Where(signal => signal.Position > after).Take(limit).ToList());

    public Task<long> EndAsync() => Task.FromResult(_last);

    public Task RemoveThroughAsync(long position)
    {
        if (Faults.TryDequeue(out var fault))
        {
            throw fault;
        }

        if (!KeepAll)
        {
            _signals.RemoveAll(signal => signal.Position <= position);
        }

        return Task.CompletedTask;
    }
}
