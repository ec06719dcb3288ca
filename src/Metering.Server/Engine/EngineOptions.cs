namespace Metering.Server.Engine;

/// <summary>How the engine is sized and what it keeps. The server reads these from its configuration and checks them.</summary>
public sealed record EngineOptions
{
    /// <summary>Where everything is kept.</summary>
    public required string DataDirectory { get; init; }

    /// <summary>Loops that apply commands; each license belongs to one. Default: half the cores.</summary>
    public int Shards { get; init; } = Math.Max(1, Environment.ProcessorCount / 2);

    /// <summary>Most commands that may wait for a shard; more are answered busy.</summary>
    public int QueueLength { get; init; } = 20_000;

    /// <summary>Most commands that a shard applies in one go.</summary>
    public int BatchSize { get; init; } = 4_096;

    /// <summary>Most ledger entries that are durable in the journal but not yet written out; they take about 1 KB of memory each.</summary>
    public int PendingEntries { get; init; } = 80_000;

    /// <summary>How many pending entries set off writing them out, before <see cref="WriteOutAfter"/> has passed.</summary>
    public int WriteOutEntries { get; init; } = 40_000;

    /// <summary>Longest time that an entry stays in the journal alone.</summary>
    public TimeSpan WriteOutAfter { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Licenses whose state stays in memory.</summary>
    public int CachedLicenses { get; init; } = 100_000;

    /// <summary>How long ledger entries and rollups are kept; no shorter than <see cref="MeterRules.IdempotencyMemory"/>.</summary>
    public TimeSpan LedgerRetention { get; init; } = TimeSpan.FromDays(400);

    /// <summary>Most signals that wait for delivery; beyond, the oldest are dropped, and the log says so.</summary>
    public int OutboxSignals { get; init; } = 1_000_000;

    /// <summary>Most dead letters; beyond, the oldest are dropped, and the log says so.</summary>
    public int DeadLetters { get; init; } = 1_000_000;

    /// <summary>Most rows that retention takes in one step, behind which other writes wait.</summary>
    internal int RetentionRows { get; init; } = 2_000;

    /// <summary>How long a write waits for a lock that another process holds on a file, such as a backup's.</summary>
    internal TimeSpan LockWait { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>What time it is, as the operator says: confirms that a clock far from the last time seen is right; null: nobody said.</summary>
    public DateTimeOffset? ConfirmedTime { get; init; }

    /// <summary>What the operator has set of the domain's rules.</summary>
    public MeterRules Rules { get; init; } = MeterRules.Default;

    /// <summary>
    /// Cap of the memory of the filter that tells new keys from old ones, MiB. It takes as much as the keys need, 1 MiB a million; beyond
    /// the cap look-ups of new keys ask the store more and more often.
    /// </summary>
    public int FilterMebibytes { get; init; } = 64;

    /// <summary>Page cache of the connection that writes the store, MiB.</summary>
    public int CacheMebibytes { get; init; } = 32;
}
