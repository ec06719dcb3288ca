using System.Collections.Concurrent;

namespace MeterFunctions.Entities;

/// <summary>
/// Tells those who wait for answers in this instance that a license's entity has just run in it too, so that they read when there is
/// something to read. Only a hint: the answer counts when it is read as committed.
/// </summary>
internal sealed class AppliedHere
{
    private readonly ConcurrentDictionary<string, TaskCompletionSource> _waiting = new(StringComparer.Ordinal);

    /// <summary>Begins to listen for a license; dispose to end it. One listener a license.</summary>
    public Listener Listen(string entityKey) => new(this, entityKey);

    /// <summary>The entity has run here; its commit follows.</summary>
    public void Tell(string entityKey)
    {
        if (_waiting.TryGetValue(entityKey, out var waiting))
        {
            waiting.TrySetResult();
        }
    }

    /// <summary>One who listens.</summary>
    internal readonly struct Listener : IDisposable
    {
        private readonly AppliedHere _owner;
        private readonly string _key;
        private readonly TaskCompletionSource _told = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Listener(AppliedHere owner, string key)
        {
            _owner = owner;
            _key = key;
            owner._waiting[key] = _told;
        }

        /// <summary>Done when the entity has run here.</summary>
        public Task Told => _told.Task;

        public void Dispose() => _owner._waiting.TryRemove(new KeyValuePair<string, TaskCompletionSource>(_key, _told));
    }
}
