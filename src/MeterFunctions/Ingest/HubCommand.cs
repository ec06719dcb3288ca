using MeterFunctions.Turns;
using Metering;
using Metering.Api;

namespace MeterFunctions.Ingest;

/// <summary>An event of the hub on its way to its license.</summary>
/// <param name="Usage">The event, as it named its license or its tenant.</param>
/// <param name="Pending">The command that was made of it.</param>
/// <param name="LetterId">The id of the dead letter that it becomes when it can't be counted: the same when it is delivered again.</param>
internal sealed record HubCommand(UsageEvent Usage, PendingCommand Pending, string LetterId)
{
    /// <summary>The dead letter; null when the event was counted, now or before.</summary>
    /// <param name="result">What it came to.</param>
    /// <param name="now">Now, UTC.</param>
    public DeadLetter? Letter(ApplyResult result, DateTimeOffset now)
    {
        var outcome = EventOutcome.Of(Usage, result);
        return outcome.Rejected is { } rejected ? EventLetter.Of(rejected, now, LetterId) : null;
    }
}
