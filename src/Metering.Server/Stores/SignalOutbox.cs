using System.Text.Json;
using Metering.Server.Engine;
using Metering.Server.Storage;
using Metering.Server.Webhooks;

namespace Metering.Server.Stores;

/// <summary>Signals that wait for delivery, in the order in which they were written out; for a license that is the order of its changes (rule 11).</summary>
public sealed class SignalOutbox : ISignalSource
{
    private readonly MeterEngine _engine;

    /// <summary>The outbox of an engine.</summary>
    public SignalOutbox(MeterEngine engine) => _engine = engine;

    /// <summary>Signals after a place in the outbox, oldest first.</summary>
    /// <param name="after">The place; 0 for the beginning.</param>
    /// <param name="limit">Most signals to return.</param>
    /// <param name="cancellationToken">Stops the wait.</param>
    public ValueTask<IReadOnlyList<StoredSignal>> ReadAsync(long after, int limit, CancellationToken cancellationToken) =>
        _engine.Readers.ReadAsync<IReadOnlyList<StoredSignal>>(
            store =>
            {
                var signals = new List<StoredSignal>();
                var statement = store["SELECT id, body FROM signal_outbox WHERE id > ? ORDER BY id LIMIT ?"].Bind(1, after).Bind(2, limit);
                while (statement.Next())
                {
                    signals.Add(new StoredSignal(
                        statement.Integer(0), JsonSerializer.Deserialize(statement.Bytes(1), MeteringJson.Default.Signal)!));
                }

                return signals;
            },
            cancellationToken);

    /// <summary>Forgets signals up to a place: they were delivered to everybody who wants them.</summary>
    public Task RemoveThroughAsync(long id) => _engine.Store.RunAsync(store =>
    {
        store["DELETE FROM signal_outbox WHERE id <= ?"].Bind(1, id).Run();
        Marks.Write(store, Marks.OutboxRemoved, id);
        return true;
    });
}
