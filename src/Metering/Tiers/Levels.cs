namespace Metering;

/// <summary>Levels of use and the signals of their crossings (rule 11).</summary>
internal static class Levels
{
    /// <summary>What a signal says of a level that fell because allowance or terms changed.</summary>
    private const string Recovered = "recovered";

    /// <summary>The level at which a meter stands.</summary>
    public static Level Of(MeterState meter, TierTable tiers) => tiers.At(Stretch.PlaceOf(meter)).Tier.Level;

    /// <summary>
    /// After use: sets the level to where use stands now, and signals what was crossed, each level once in a period. Use that goes down and
    /// up again is not told twice.
    /// </summary>
    /// <param name="before">
    /// The meter before the use. If it was beyond the allowance already (a standing level when a period begins), no overage is signalled.
    /// </param>
    /// <param name="meter">The meter.</param>
    /// <param name="change">The license.</param>
    /// <param name="tiers">The meter's tiers.</param>
    /// <param name="over">Whether overage was counted: use of a lease whose time is over is overage whatever is left.</param>
    public static MeterState AfterUse(MeterState before, MeterState meter, Change change, TierTable tiers, bool over = false)
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

        if (!meter.OverageSignalled && (over || IsBeyond(meter)) && !IsBeyond(before))
        {
            meter = meter with { OverageSignalled = true };
            change.Send(change.Signal(SignalType.Overage, meter));
        }

        return meter;
    }

    /// <summary>
    /// After allowance or terms may have changed. Where they did, the tiers have moved: a level that changes by it is told whatever was
    /// told before, and what lies above is told again when use comes to its new place. The same holds for overage.
    /// </summary>
    /// <param name="before">The meter before, in the same period: a new period begins silently.</param>
    /// <param name="meter">The meter after.</param>
    /// <param name="change">The license.</param>
    public static MeterState AfterChange(MeterState before, MeterState meter, Change change)
    {
        var tiers = TierTable.For(meter);
        if (!Moved(before, meter))
        {
            return AfterUse(before, meter, change, tiers);
        }

        var level = Of(meter, tiers);
        var previous = meter.Level;
        var bit = 1 << (int)level;

        // Levels below were passed and stay told; those above are forgotten, to be told again at their new places (rule 11).
        var below = meter.LevelsSignalled & (bit - 1);
        if (level == previous)
        {
            meter = meter with { LevelsSignalled = below | (meter.LevelsSignalled & bit) };
        }
        else
        {
            meter = meter with { Level = level, LevelsSignalled = below | bit };
            change.Send(change.Signal(SignalType.LevelChanged, meter) with
            {
                PreviousLevel = previous,
                Detail = level < previous ? Recovered : null,
            });
        }

        // Overage with which a period began is not marked as signalled in it, but it was there, and ends.
        if ((meter.OverageSignalled || IsBeyond(before)) && !IsBeyond(meter))
        {
            meter = meter with { OverageSignalled = false };
            change.Send(change.Signal(SignalType.OverageEnded, meter));
        }

        return AfterUse(before, meter, change, tiers);
    }

    /// <summary>Signals overage that came about because parts of a period were joined, each of which was within the allowance.</summary>
    /// <param name="meter">The meter, with the parts joined.</param>
    /// <param name="change">The license.</param>
    /// <param name="wasTold">Whether a part had overage, which was signalled then.</param>
    public static MeterState Join(MeterState meter, Change change, bool wasTold)
    {
        if (meter.OverageSignalled || !IsBeyond(meter))
        {
            return meter;
        }

        meter = meter with { OverageSignalled = true };
        if (!wasTold)
        {
            change.Send(change.Signal(SignalType.Overage, meter));
        }

        return meter;
    }

    // Recorded overage stays when the allowance grows; use is beyond the allowance only when nothing of it is left.
    private static bool IsBeyond(MeterState meter) => meter.Overage > 0 && Allowance.Left(meter) == 0;

    // Use moves no tier: what is covered and what is left come to the same before and after.
    private static bool Moved(MeterState before, MeterState after) =>
        Allowance.Total(before) != Allowance.Total(after)
        || before.Terms.OverLimit != after.Terms.OverLimit
        || !before.Terms.Tiers.AsSpan().SequenceEqual(after.Terms.Tiers.AsSpan());
}
