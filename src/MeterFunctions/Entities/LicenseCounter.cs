using System.Collections.Immutable;
using System.Text.Json;
using MeterFunctions.Hosting;
using MeterFunctions.Licenses;
using MeterFunctions.Orchestrations;
using MeterFunctions.Storage;
using MeterFunctions.Turns;
using Metering;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;
using Microsoft.DurableTask.Entities;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace MeterFunctions.Entities;

/// <summary>
/// A license's counter: a Durable Entity that takes its commands in turn. Its one operation, <c>apply</c>, commits what they come to
/// (<see cref="LicenseWriter"/>) and hands the answers out. It may run again after a crash, or on two instances at once: each commit is
/// conditional, and every command is recognized.
/// </summary>
public sealed class LicenseCounter : ITaskEntity
{
    /// <summary>The entity's name, and that of its function.</summary>
    public const string Name = "LicenseCounter";

    /// <summary>The operation that applies commands.</summary>
    public const string Apply = "apply";

    // Clocks of two instances that count differ by no more.
    private static readonly TimeSpan MaxClockDifference = 2 * StorageTime.MaxSkew;

    private readonly LicenseWriter _writer;
    private readonly DurableClients _clients;
    private readonly AnswersHere _here;
    private readonly TimeSpan _maxAge;
    private readonly ILogger<LicenseCounter> _logger;

    /// <summary>Made by the Functions worker, for which it must be public; what it is made of is not.</summary>
    public LicenseCounter(IServiceProvider services)
    {
        _writer = services.GetRequiredService<LicenseWriter>();
        _clients = services.GetRequiredService<DurableClients>();
        _here = services.GetRequiredService<AnswersHere>();
        _maxAge = TimeSpan.FromMilliseconds(services.GetRequiredService<IOptions<FunctionsOptions>>().Value.AnswerWaitMilliseconds)
            + MaxClockDifference;
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
        var message = operation.GetInput<JsonElement>().Deserialize(CounterJson.Default.CommandMessage)!;

        // A message may run again after its callers were told something. That something of it was refused is known for a while only.
        var oldest = (DateTimeOffset.UtcNow - _maxAge).ToUnixTimeMilliseconds();
        message = message with { Commands = message.Commands.RemoveAll(command => command.CameAt < oldest) };
        var results = await ApplyAsync(message).ConfigureAwait(false);
        if (message.From == _here.Instance)
        {
            for (var i = 0; i < results.Length; i++)
            {
                _here.Give(message.Commands[i].Id, results[i].Result);
            }
        }
        else if (results.Any(taken => !taken.IsRemembered))
        {
            Keep(operation, message, results);
        }

        return null;
    }

    private async ValueTask<ImmutableArray<Taken>> ApplyAsync(CommandMessage message)
    {
        var place = new MessagePlace(message.From, message.Number, DateTimeOffset.UtcNow.ToUnixTimeMilliseconds());
        var taken = ImmutableArray.CreateBuilder<Taken>(message.Commands.Length);
        try
        {
            return await _writer
                .ApplyAsync(message.LicenseId, message.Commands, OnContention.Reserve, place, taken.Add, CancellationToken.None)
                .ConfigureAwait(false);
        }
        catch (StoreUnavailableException lost)
        {
            _logger.StorageLost(lost, message.LicenseId, message.Commands.Length);
            return WithRest(message, taken, ApplyResult.Busy);
        }
#pragma warning disable CA1031 // Thrown, it would be lost with the message; the callers are told, and it is logged.
        catch (Exception fault)
#pragma warning restore CA1031
        {
            _logger.CommandFailed(fault, message.LicenseId, Apply);
            return WithRest(message, taken, ApplyResult.Failed);
        }
    }

    // What was refused before a fault may still be decided again; what was counted is.
    private static ImmutableArray<Taken> WithRest(CommandMessage message, ImmutableArray<Taken>.Builder taken, ApplyResult rest) =>
    [
        .. message.Commands.Select((_, i) => i < taken.Count && taken[i].IsRemembered ? taken[i] : new Taken(rest, IsRemembered: false)),
    ];

    // What is in the license's rows, the other instance finds there.
    private static void Keep(TaskEntityOperation operation, CommandMessage message, ImmutableArray<Taken> results)
    {
        var time = DateTimeOffset.UtcNow;
        var untold = message.Commands.Zip(results)
            .Where(pair => !pair.Second.IsRemembered)
            .Select(pair => CounterAnswer.Of(pair.First.Id, pair.Second.Result, time));
        var state = operation.State.HasState ? CounterState.FromJson(operation.State.GetState<JsonElement>()) : CounterState.Empty;
        operation.State.SetState(state.With(untold, time).ToJson());
    }
}
