namespace Metering.Server.Loops;

/// <summary>How one background loop is doing, for readiness. Any thread may read it.</summary>
internal sealed class LoopStatus(string name)
{
    private volatile string? _fault;

    /// <summary>What the loop does, in words for people.</summary>
    internal string Name { get; } = name;

    /// <summary>Why the loop does not do its work now; null when it does.</summary>
    internal string? Fault => _fault;

    /// <summary>A round of the loop has failed; it will be tried again.</summary>
    internal void Failing(string cause) => _fault = $"{Name}: failing, and tried again ({cause})";

    /// <summary>Ends a fault that was told before.</summary>
    internal void Working() => _fault = null;

    /// <summary>The loop has ended though nobody asked it to.</summary>
    internal void Dead(string cause) => _fault = $"{Name}: has stopped ({cause}). Restart the server.";
}
