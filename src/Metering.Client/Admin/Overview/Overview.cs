namespace Metering.Client.Admin;

/// <summary>How the whole service stands.</summary>
public sealed record Overview
{
    /// <summary>When dead letters and webhooks were looked at, UTC; at most 10 seconds ago. Licenses say their own time.</summary>
    public DateTimeOffset AsOf { get; init; }

    /// <summary>The instance that answers.</summary>
    public required string Instance { get; init; }

    /// <summary>The licenses by how they stand.</summary>
    public required LicenseCounts Licenses { get; init; }

    /// <summary>The customers that are furthest in their quotas, at most 50.</summary>
    public IReadOnlyList<TenantStanding> Tenants { get; init => field = value ?? []; } = [];

    /// <summary>Features of active licenses of which nothing is left: what comes next is refused, or is overage.</summary>
    public required QuotaPlaces OverLimit { get; init; }

    /// <summary>Those that have used 80 percent or more, or of which a tier has warned.</summary>
    public required QuotaPlaces NearLimit { get; init; }

    /// <summary>Events that could not be counted and wait for somebody.</summary>
    public required BoundedCount DeadLetters { get; init; }

    /// <summary>Each webhook, and how it gets on.</summary>
    public IReadOnlyList<WebhookHealth> Webhooks { get; init => field = value ?? []; } = [];

    /// <summary>
    /// What each of the last 60 minutes brought to the instance that answers, by its own clock, oldest first; the last one is still
    /// running.
    /// </summary>
    public IReadOnlyList<EventMinute> Minutes { get; init => field = value ?? []; } = [];
}
