namespace Metering.Server.Storage;

/// <summary>What a license's removed entries came to, as the store keeps it.</summary>
internal sealed record StoredSnapshot
{
    /// <summary>The last entry that was removed.</summary>
    internal required long Sequence { get; init; }

    /// <summary>From which the first entry that is kept was chained.</summary>
    internal required byte[] Link { get; init; }

    /// <summary>What they came to, as JSON; empty where they came to nothing that could be told.</summary>
    internal required byte[] Body { get; init; }

    /// <summary>The first thing that was found wrong with them when they were removed; null: nothing.</summary>
    internal string? Fault { get; init; }
}
