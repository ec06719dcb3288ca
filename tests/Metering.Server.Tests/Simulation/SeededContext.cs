namespace Metering.Server.Tests.Simulation;

/// <summary>Continuations wait here until the simulation takes one of them: which one, the seed says.</summary>
internal sealed class SeededContext(Random random) : SynchronizationContext
{
    private readonly List<(SendOrPostCallback Callback, object? State)> _posted = [];

    internal int Count => _posted.Count;

    public override void Post(SendOrPostCallback d, object? state) => _posted.Add((d, state));

    public override void Send(SendOrPostCallback d, object? state) => d(state);

    public override SynchronizationContext CreateCopy() => this;

    internal void RunOne()
    {
        var which = random.Next(_posted.Count);
        var (callback, state) = _posted[which];
        _posted.RemoveAt(which);
        callback(state);
    }

    /// <summary>The process has ended, and with it what waited in it.</summary>
    internal void Clear() => _posted.Clear();

    /// <summary>Does work that uses threads and waits for them, as opening and closing do.</summary>
    internal static T Outside<T>(Func<T> work)
    {
        var current = Current;
        SetSynchronizationContext(null);
        try
        {
            return work();
        }
        finally
        {
            SetSynchronizationContext(current);
        }
    }
}
