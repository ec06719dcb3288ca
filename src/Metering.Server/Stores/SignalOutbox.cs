using System.Text.Json;
using Metering.Server.Engine;
using Metering.Server.Storage;
using Metering.Server.Webhooks;

namespace Metering.Server.Stores;

/// <summary>
/// Signals that wait for delivery, in the order in which they were written out; for a license that is the order of its changes (rule 11).
/// </summary>
internal sealed class SignalOutbox(MeterEngine engine) : ISignalOutbox
{
    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<OutboxSignal>> ReadAsync(long after, int limit, CancellationToken cancellationToken) =>
        engine.Readers.ReadAsync<IReadOnlyList<OutboxSignal>>(
            store =>
            {
                var signals = new List<OutboxSignal>();
                var statement = store["SELECT id, body FROM signal_outbox WHERE id > ? ORDER BY id LIMIT ?"].Bind(1, after).Bind(2, limit);
                while (statement.Next())
                {
                    signals.Add(new OutboxSignal(
                        statement.Integer(0), JsonSerializer.Deserialize(statement.Bytes(1), MeteringJson.Default.Signal)!));
                }

                return signals;
            },
            cancellationToken);

    /// <inheritdoc/>
    public async Task<long> EndAsync()
    {
        // Signals of acknowledged commands may be in the journal alone; they get their places when they are written out.
        await engine.FlushAsync();
        return await engine.Store.RunAsync(FileAgreement.LastSignal);
    }

    /// <inheritdoc/>
    public Task RemoveThroughAsync(long position) => engine.Store.RunAsync(store =>
    {
        store["DELETE FROM signal_outbox WHERE id <= ?"].Bind(1, position).Run();

        // By this the next start finds a webhooks.db that is older, and would have lost what was removed here.
        Marks.Write(store, Marks.OutboxRemoved, position);
        return true;
    });
}
