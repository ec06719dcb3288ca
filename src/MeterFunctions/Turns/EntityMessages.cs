using System.Collections.Immutable;
using System.Text.Json;
using MeterFunctions.Entities;
using MeterFunctions.Orchestrations;
using Microsoft.DurableTask.Client.Entities;

namespace MeterFunctions.Turns;

/// <summary>Sends messages to licenses' entities, and reads what those keep for other instances.</summary>
internal sealed class EntityMessages(DurableClients clients)
{
    /// <summary>Most bytes of commands in one message: what fits a message of the task hub without a blob.</summary>
    public const int MaxBytes = 40 * 1024;

    private long _sent;

    /// <summary>Sends commands. When it returns, the message is durable in the task hub.</summary>
    public async ValueTask SendAsync(
        string licenseId, string from, ImmutableArray<PendingCommand> commands, CancellationToken cancellationToken)
    {
        var client = await clients.GetAsync(cancellationToken).ConfigureAwait(false);
        var message = JsonSerializer.SerializeToElement(
            new CommandMessage(licenseId, from, Interlocked.Increment(ref _sent), commands), CounterJson.Default.CommandMessage);
        await client.Entities.SignalEntityAsync(LicenseCounter.IdOf(licenseId), LicenseCounter.Apply, message, null, cancellationToken)
            .ConfigureAwait(false);
    }

    /// <summary>The answers that the license's entity keeps for other instances.</summary>
    public async ValueTask<CounterState> ReadAsync(string licenseId, CancellationToken cancellationToken)
    {
        var client = await clients.GetAsync(cancellationToken).ConfigureAwait(false);
        var entity = await client.Entities.GetEntityAsync<JsonElement>(LicenseCounter.IdOf(licenseId), cancellationToken)
            .ConfigureAwait(false);
        return entity is { IncludesState: true } ? CounterState.FromJson(entity.State) : CounterState.Empty;
    }
}
