namespace Metering.Client.Admin;

/// <summary>What one minute brought.</summary>
public sealed record EventMinute
{
    /// <summary>When the minute begins, UTC.</summary>
    public DateTimeOffset Start { get; init; }

    /// <summary>How many were counted.</summary>
    public long Counted { get; init; }

    /// <summary>How many had been counted before.</summary>
    public long Duplicates { get; init; }

    /// <summary>How many were refused, rejected or kept as dead letters.</summary>
    public long NotCounted { get; init; }
}
