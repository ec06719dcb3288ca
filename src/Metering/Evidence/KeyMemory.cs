namespace Metering;

/// <summary>
/// For how long keys and event ids were remembered (rule 8). The option may be changed, and evidence from before the change must not be
/// judged by the option of today.
/// </summary>
/// <param name="Current">For how long they are remembered now.</param>
/// <param name="Before">The shortest time for which they were remembered before <paramref name="Since"/>.</param>
/// <param name="Since">Since when <paramref name="Current"/> applies, UTC.</param>
public readonly record struct KeyMemory(TimeSpan Current, TimeSpan Before, DateTimeOffset Since)
{
    /// <summary>One that never was another.</summary>
    /// <param name="memory">For how long keys are remembered.</param>
    public static KeyMemory Always(TimeSpan memory) => new(memory, memory, DateTimeOffset.UnixEpoch);

    /// <summary>The same with what applies from now on.</summary>
    /// <param name="memory">For how long keys are remembered now.</param>
    /// <param name="now">The host's time, UTC.</param>
    public KeyMemory Changed(TimeSpan memory, DateTimeOffset now) =>
        memory == Current ? this : new KeyMemory(memory, Current < Before ? Current : Before, now);

    /// <summary>Whether the memory of what was counted at one time was over at another.</summary>
    /// <param name="counted">When it was counted, UTC.</param>
    /// <param name="at">When it may have been counted again, or removed, UTC.</param>
    public bool WasOver(DateTimeOffset counted, DateTimeOffset at) =>
        (at >= Since && at - counted >= Current) || (at < Since ? at : Since) - counted >= Before;
}
