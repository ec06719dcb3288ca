using System.Collections.Concurrent;
using Metering;

namespace MeterFunctions.Turns;

/// <summary>
/// Those who wait in this instance for answers of licenses' entities, by submission. An entity that runs here gives them their answers
/// right after its commit; what the task hub writes afterwards delays nobody.
/// </summary>
internal sealed class AnswersHere
{
    private readonly ConcurrentDictionary<string, TaskCompletionSource<ApplyResult>> _waiting = new(StringComparer.Ordinal);

    /// <summary>This instance's name, which messages to entities carry.</summary>
    public string Instance { get; } = Guid.NewGuid().ToString("N");

    /// <summary>Begins to wait for an answer.</summary>
    public Task<ApplyResult> Wait(string submission) => _waiting.GetOrAdd(
        submission, static _ => new TaskCompletionSource<ApplyResult>(TaskCreationOptions.RunContinuationsAsynchronously)).Task;

    /// <summary>Gives an answer to whoever still waits for it.</summary>
    public void Give(string submission, ApplyResult result)
    {
        if (_waiting.TryGetValue(submission, out var waiting))
        {
            waiting.TrySetResult(result);
        }
    }

    /// <summary>Nobody waits for it any more.</summary>
    public void Leave(string submission) => _waiting.TryRemove(submission, out _);
}
