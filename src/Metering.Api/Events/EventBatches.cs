using Microsoft.Extensions.Logging;

namespace Metering.Api;

/// <summary>Begins the batch of a request.</summary>
internal sealed class EventBatches(
    IEventIntake intake, IDeadLetters deadLetters, IMeterClock clock, RecentEvents recent, ILogger<EventBatch> logger, SeldomLog log)
{
    /// <summary>A batch without events.</summary>
    /// <param name="tenant">Which events the caller may send; null: any.</param>
    public EventBatch Begin(TenantEvents? tenant) => new(intake, deadLetters, clock, recent, logger, log, tenant);
}
