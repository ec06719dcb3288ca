using System.Collections.Immutable;
using System.Text.Json;
using MeterFunctions.Hosting;
using MeterFunctions.Storage;
using MeterFunctions.Webhooks;
using Metering;
using Metering.Api;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;
using Microsoft.DurableTask.Entities;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace MeterFunctions.Entities;

/// <summary>
/// The single writer of a license: a Durable Entity whose id is the license's, and whose state is a <c>CounterState</c>. Its one
/// operation, <c>apply</c>, brings commands; it is safe when it runs again after a crash, see <c>LedgerWriter</c>.
/// </summary>
public sealed class LicenseCounter : ITaskEntity
{
    /// <summary>The entity's name, and that of its function.</summary>
    public const string Name = "LicenseCounter";

    /// <summary>The operation that applies commands.</summary>
    public const string Apply = "apply";

    // A storage that is not there is given this long before events are tried again.
    private static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(5);

    private readonly LicenseWriter _writer;
    private readonly DurableClients _clients;
    private readonly AppliedHere _applied;
    private readonly KnownWebhooks _webhooks;
    private readonly IDeadLetters _deadLetters;
    private readonly ILogger<LicenseCounter> _logger;

    /// <summary>Made by the Functions worker, for which it must be public; what it is made of is not.</summary>
    public LicenseCounter(IServiceProvider services)
    {
        _writer = services.GetRequiredService<LicenseWriter>();
        _clients = services.GetRequiredService<DurableClients>();
        _applied = services.GetRequiredService<AppliedHere>();
        _webhooks = services.GetRequiredService<KnownWebhooks>();
        _deadLetters = services.GetRequiredService<IDeadLetters>();
        _logger = services.GetRequiredService<ILogger<LicenseCounter>>();
    }

    /// <summary>The id of a license's entity.</summary>
    public static EntityInstanceId IdOf(string licenseId) => new(Name, TableKeys.Text(licenseId));

    /// <summary>Runs a batch of operations.</summary>
    [Function(Name)]
    public Task RunBatchAsync([EntityTrigger] TaskEntityDispatcher dispatcher, [DurableClient] DurableTaskClient client)
    {
        ArgumentNullException.ThrowIfNull(dispatcher);
        _clients.Use(client);
        return dispatcher.DispatchAsync(this);
    }

    /// <summary>Runs one operation.</summary>
    public async ValueTask<object?> RunAsync(TaskEntityOperation operation)
    {
        ArgumentNullException.ThrowIfNull(operation);
        if (operation.Name != Apply)
        {
            throw new NotSupportedException($"The entity has no operation {operation.Name}.");
        }

        // Read with the app's own contract: the framework's serializer knows nothing of it.
        var batch = operation.GetInput<JsonElement>().Deserialize(CounterJson.Default.CommandMessage)!;
        var licenseId = operation.Context.Id.Key;
        CounterState? before = null;
        try
        {
            before = operation.State.HasState ? CounterState.FromJson(operation.State.GetState<JsonElement>()) : CounterState.Empty;

            // The state has the license's true id; the entity's key is that id as TableKeys.Text has it, escaped or cut.
            var (after, signals) = await _writer.ApplyAsync(
                before.License?.LicenseId ?? licenseId, before, batch.Commands, CancellationToken.None).ConfigureAwait(false);
            await SendAsync(operation, signals).ConfigureAwait(false);

            // An entity without a state is none: asking for licenses that are not there leaves nothing behind.
            operation.State.SetState(after is { License: null, Answers.IsEmpty: true } ? null : after.ToJson());
            _applied.Tell(licenseId);
        }
        catch (Exception fault) when (
            fault is StoreUnavailableException or WriterOvertakenException or InvalidDataException or UnknownFormatException)
        {
            _logger.StorageLost(fault, licenseId, operation.Name, batch.Commands.Length);

            // A state in an unknown form is waited for too, because the version that knows it may be deployed any time.
            Postpone(operation, before, batch);
        }
#pragma warning disable CA1031 // Its events are kept and the fault is logged; thrown, they would be lost with the message.
        catch (Exception fault)
#pragma warning restore CA1031
        {
            await KeepAsync(operation, licenseId, before, batch, fault).ConfigureAwait(false);
        }

        return null;
    }

    // A fault that would come again each time: what nobody waits for is kept, and whoever waits is told.
    private async ValueTask KeepAsync(
        TaskEntityOperation operation, string licenseId, CounterState? before, CommandMessage batch, Exception fault)
    {
        _logger.CommandFailed(fault, licenseId, operation.Name);
        var time = DateTimeOffset.UtcNow;
        var letters = batch.Commands.Where(command => !command.Awaited)
            .Select(command => RefusedEvents.Letter(licenseId, command, null, time)!);
        await _deadLetters.AddAsync([.. letters], CancellationToken.None).ConfigureAwait(false);
        if (before is not null)
        {
            var waiting = batch.Commands.Where(command => command.Awaited);
            operation.State.SetState(before.With(waiting.Select(command => CounterAnswers.Busy(command, time)), time).ToJson());
        }
    }

    // Messages leave an entity with the commit of its state: no signal is lost, and none is sent of what was not counted (rule 11).
    private async ValueTask SendAsync(TaskEntityOperation operation, IReadOnlyList<Signal> signals)
    {
        if (signals.Count == 0)
        {
            return;
        }

        var webhooks = await _webhooks.ListAsync(CancellationToken.None).ConfigureAwait(false);
        foreach (var delivery in signals.SelectMany(signal => WebhookMessages.Of(signal, webhooks, DateTimeOffset.UtcNow)))
        {
            operation.Context.SignalEntity(WebhookQueue.IdOf(delivery), WebhookQueue.Add, delivery);
        }
    }

    // Nothing was counted. Who waits is told so; what nobody waits for comes again, together with the state's commit.
    private static void Postpone(TaskEntityOperation operation, CounterState? before, CommandMessage batch)
    {
        var time = DateTimeOffset.UtcNow;
        var events = batch.Commands.Where(command => !command.Awaited).ToImmutableArray();
        if (events.Length > 0)
        {
            operation.Context.SignalEntity(
                operation.Context.Id,
                Apply,
                JsonSerializer.SerializeToElement(new CommandMessage(events), CounterJson.Default.CommandMessage),
                new SignalEntityOptions { SignalTime = time + RetryAfter });
        }

        // A state in a form of a newer version is left as it is.
        if (before is not null)
        {
            var waiting = batch.Commands.Where(command => command.Awaited);
            operation.State.SetState(before.With(waiting.Select(command => CounterAnswers.Busy(command, time)), time).ToJson());
        }
    }
}
