using System.Collections.Immutable;

namespace Metering;

/// <summary>
/// Holds whose time is over. They set nothing aside from that instant on, for every decision and every look; that it is so is written
/// down a few at a time, so that no command and no read pays for thousands of them.
/// </summary>
internal static class HoldExpiry
{
    /// <summary>Takes what is over off the meters: one look into the sums for each of them.</summary>
    public static void Return(Change change)
    {
        var state = change.State;

        // One comparison where no hold is over, as with nearly every command.
        if (state.Holds.NextExpiry is not { } next || change.Now < next)
        {
            return;
        }

        ImmutableArray<MeterState>.Builder? meters = null;
        for (var i = 0; i < state.Meters.Length; i++)
        {
            var meter = state.Meters[i];

            // What is over may have returned before, with only its end still to be written; then nothing is copied.
            if (meter.Held > 0 && state.Holds.LeftAt(meter.Feature.Code, change.Now) is var held && held != meter.Held)
            {
                meters ??= state.Meters.ToBuilder();
                meters[i] = meter with { Held = held };
            }
        }

        if (meters is not null)
        {
            change.State = state with { Meters = meters.MoveToImmutable() };
        }
    }

    /// <summary>Writes down the first of what is over, with evidence and signals.</summary>
    public static void Write(Change change)
    {
        for (var i = 0; i < MeterLimits.MaxHoldsEndedPerCommand && change.State.Holds.FirstOver(change.Now) is { } hold; i++)
        {
            // A meter stays in the state also when the license loses its feature, so a hold always has one.
            var meter = change.State.FindMeter(hold.FeatureCode)!;

            // End and not Free: Return has taken it off the meter already, and it must not be taken off twice.
            Holds.End(change, hold);
            change.Log(new LedgerEntry
            {
                Kind = EntryKind.HoldExpired,
                FeatureCode = hold.FeatureCode,
                Amount = hold.Left,
                Before = meter.Used,
                After = meter.Used,
                Period = meter.Period,
                HoldId = hold.Id,
            });
            change.Send(change.Signal(SignalType.HoldExpired, meter) with { Reference = hold.Id });
        }
    }
}
