namespace Metering.Client.Admin;

/// <summary>What came last to the instance that answers.</summary>
public sealed record RecentEvents
{
    /// <summary>
    /// Who answers. It tells of what came to itself; where there are several instances, the cursor keeps a place in each.
    /// </summary>
    public required string Instance { get; init; }

    /// <summary>When it was looked at, UTC.</summary>
    public DateTimeOffset AsOf { get; init; }

    /// <summary>What came after the cursor's place; without a cursor, the last that are known.</summary>
    public IReadOnlyList<RecentEvent> Items { get; init => field = value ?? []; } = [];

    /// <summary>For <c>after</c> in the next request: nothing comes twice, and nothing in between is passed over.</summary>
    public required string NextCursor { get; init; }

    /// <summary>
    /// How many came since the cursor and are not shown, because too many came or nobody asked for a minute; null where the cursor has
    /// no place in this instance, so that nobody knows.
    /// </summary>
    public long? Missed { get; init; }
}
