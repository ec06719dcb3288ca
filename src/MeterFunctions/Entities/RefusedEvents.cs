using Metering;
using Metering.Api;

namespace MeterFunctions.Entities;

/// <summary>Events of a stream that the license's writer could not count: they become dead letters (rule 10).</summary>
internal static class RefusedEvents
{
    /// <summary>The dead letter; null when the event was counted, now or before.</summary>
    /// <param name="licenseId">The license.</param>
    /// <param name="command">The command that was made of the event.</param>
    /// <param name="result">What it came to; null for a fault of ours, which was logged.</param>
    /// <param name="now">Now, UTC.</param>
    public static DeadLetter? Letter(string licenseId, PendingCommand command, ApplyResult? result, DateTimeOffset now)
    {
        // As the event named it: one that was brought to a license by its tenant is brought anew when it is tried again.
        var usage = UsageEvent.Of((RecordUse)command.Command, command.TenantId, licenseId);
        var outcome = result is null ? EventOutcome.Failed(usage) : EventOutcome.Of(usage, result);

        // The id is of the message's time and the event's id, so that the same event, come again, is the same letter.
        return outcome.Rejected is { } rejected ? EventLetter.Of(rejected, now, EventLetter.IdOf(command.SentAt, usage.EventId)) : null;
    }
}
