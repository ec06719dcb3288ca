namespace Metering.Server.Engine;

/// <summary>One license in memory. Its shard alone changes it; others read what was committed.</summary>
/// <param name="id">The license.</param>
/// <param name="key">What stands for the license in the store's tables; 0 as long as it has none.</param>
internal sealed class LicenseCell(string id, long key)
{
    private volatile LicenseState? _committed;

    internal string Id { get; } = id;

    internal long Key { get; set; } = key;

    /// <summary>The state with everything applied, durable or not. Only the shard touches it.</summary>
    internal LicenseState? Current { get; set; }

    /// <summary>The state as it was last made durable; null when the license has none.</summary>
    internal LicenseState? Committed
    {
        get => _committed;
        set => _committed = value;
    }

    /// <summary>The last batch that changed the state, until the store has it.</summary>
    internal Batch? LastBatch { get; set; }

    /// <summary>Where the state is among those of <see cref="LastBatch"/>.</summary>
    internal int StateIndex { get; set; }

    /// <summary>Whether the license was used since the last sweep for room.</summary>
    // True from the start: a license that has just come must not be the first to go.
    internal bool Used { get; set; } = true;

    /// <summary>
    /// Whether the store has all of it, so that it may leave memory. A last batch that failed says nothing of the ones before it, which
    /// may be durable and not written out: only when it was taken back is it known on which of them the state stands.
    /// </summary>
    internal bool IsClean => LastBatch is null or { Materialized: true };
}
