namespace Metering.Client.Admin;

/// <summary>A use or an event, as the live tail shows it.</summary>
public sealed record RecentEvent
{
    /// <summary>When it was decided, UTC, by the clock of the instance.</summary>
    public DateTimeOffset At { get; init; }

    /// <summary>The customer; null where it is not known.</summary>
    public string? TenantId { get; init; }

    /// <summary>The license; null where it is not known.</summary>
    public string? LicenseId { get; init; }

    /// <summary>The feature; null where it could not be read.</summary>
    public string? Metric { get; init; }

    /// <summary>As it was given; null where it could not be read.</summary>
    public decimal? Quantity { get; init; }

    /// <summary>The caller's id of it; null where it has none.</summary>
    public string? EventId { get; init; }

    /// <summary>
    /// On which way it came: <c>consume</c>, <c>report</c>, <c>reservation</c>, <c>lease</c>, <c>events</c> or <c>event_hub</c>.
    /// </summary>
    public required string Source { get; init; }

    /// <summary>What it came to: <c>counted</c>, <c>duplicate</c>, <c>refused</c>, <c>rejected</c> or <c>dead_letter</c>.</summary>
    public required string Outcome { get; init; }

    /// <summary>Why it was not counted: a problem's code; null where it was.</summary>
    public string? Code { get; init; }
}
