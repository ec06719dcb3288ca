using System.Collections.Immutable;
using System.Text.Json;
using MeterFunctions.Entities;
using MeterFunctions.Orchestrations;
using Metering;
using Microsoft.DurableTask.Client;
using Microsoft.DurableTask.Client.Entities;

namespace MeterFunctions.Turns;

/// <summary>Sends messages to licenses' entities, and reads what those keep for other instances.</summary>
internal sealed class EntityMessages(DurableClients clients)
{
    /// <summary>Most bytes of commands in one message: what fits a message of the task hub without a blob.</summary>
    public const int MaxBytes = 40 * 1024;

    private long _sent;

    /// <summary>Sends commands. When it returns, the message is durable in the task hub.</summary>
    /// <exception cref="StoreUnavailableException">The task hub did not take it, or its answer is lost.</exception>
    public async ValueTask SendAsync(
        string licenseId, string from, ImmutableArray<PendingCommand> commands, CancellationToken cancellationToken)
    {
        var message = JsonSerializer.SerializeToElement(
            new CommandMessage(licenseId, from, Interlocked.Increment(ref _sent), commands), CounterJson.Default.CommandMessage);
        await AskAsync(
            async client =>
            {
                await client.Entities
                    .SignalEntityAsync(LicenseCounter.IdOf(licenseId), LicenseCounter.Apply, message, null, cancellationToken)
                    .ConfigureAwait(false);
                return true;
            },
            cancellationToken).ConfigureAwait(false);
    }

    /// <summary>The answers that the license's entity keeps for other instances.</summary>
    /// <exception cref="StoreUnavailableException">The task hub does not answer.</exception>
    public async ValueTask<CounterState> ReadAsync(string licenseId, CancellationToken cancellationToken)
    {
        var entity = await AskAsync(
            client => client.Entities.GetEntityAsync<JsonElement>(LicenseCounter.IdOf(licenseId), cancellationToken), cancellationToken)
            .ConfigureAwait(false);
        return entity is { IncludesState: true } ? CounterState.FromJson(entity.State) : CounterState.Empty;
    }

    private async ValueTask<T> AskAsync<T>(Func<DurableTaskClient, Task<T>> ask, CancellationToken cancellationToken)
    {
        var client = await clients.GetAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            return await ask(client).ConfigureAwait(false);
        }
#pragma warning disable CA1031 // The client throws whatever its way to the host throws. What is sent is not at fault: it was made before.
        catch (Exception fault) when (fault is not OperationCanceledException)
#pragma warning restore CA1031
        {
            throw new StoreUnavailableException("The task hub does not answer.", fault);
        }
    }
}
