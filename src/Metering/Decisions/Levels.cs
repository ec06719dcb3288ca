namespace Metering;

/// <summary>Levels of use and the signals of their crossings (rule 11).</summary>
internal static class Levels
{
    /// <summary>The level at which a meter stands.</summary>
    public static Level Of(MeterState meter, TierTable tiers) => tiers.At(Stretch.PlaceOf(meter)).Tier.Level;

    /// <summary>Sets the level to where use stands now, and signals what was crossed, each level once in a period.</summary>
    public static MeterState Settle(MeterState meter, Change change, TierTable tiers)
    {
        var level = Of(meter, tiers);
        if (level != meter.Level)
        {
            var bit = 1 << (int)level;
            var previous = meter.Level;
            var unsaid = (meter.LevelsSignalled & bit) == 0;
            meter = meter with { Level = level, LevelsSignalled = meter.LevelsSignalled | bit };
            if (unsaid)
            {
                change.Send(change.Signal(SignalType.LevelChanged, meter) with { PreviousLevel = previous });
            }
        }

        if (meter is { Overage: > 0, OverageSignalled: false })
        {
            meter = meter with { OverageSignalled = true };
            change.Send(change.Signal(SignalType.Overage, meter));
        }

        return meter;
    }
}
