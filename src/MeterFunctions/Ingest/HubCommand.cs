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
    /// <summary>The first license's answer, once another license is tried; else null.</summary>
    public ApplyResult? First { get; init; }

    /// <summary>What it came to.</summary>
    /// <param name="result">What its license's writer said.</param>
    // Where no license can, the reason is that of the first one, as for an event that comes by HTTP.
    public EventOutcome Outcome(ApplyResult result) =>
        EventOutcome.Of(Usage, First is { } first && EventIntake.MayCountElsewhere(Usage, result) ? first : result);
}
