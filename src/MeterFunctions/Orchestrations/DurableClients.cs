using Microsoft.DurableTask.Client;

namespace MeterFunctions.Orchestrations;

/// <summary>
/// The client of the task hub. The Functions host hands it to each invocation; whoever works between invocations, on behalf of
/// several of them, finds it here.
/// </summary>
public sealed class DurableClients
{
    private readonly TaskCompletionSource<DurableTaskClient> _first = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile DurableTaskClient? _client;

    /// <summary>Takes the client of an invocation.</summary>
    public void Use(DurableTaskClient client)
    {
        // The first is as good as any: all speak to the same task hub.
        if (_client is null)
        {
            _client = client;
            _first.TrySetResult(client);
        }
    }

    /// <summary>The client; waits for the first invocation.</summary>
    public ValueTask<DurableTaskClient> GetAsync(CancellationToken cancellationToken) =>
        _client is { } client ? ValueTask.FromResult(client) : new ValueTask<DurableTaskClient>(_first.Task.WaitAsync(cancellationToken));
}
