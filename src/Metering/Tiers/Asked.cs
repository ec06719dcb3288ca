namespace Metering;

/// <summary>What is asked of a meter: to use more of it, to set a part aside, or to settle what was set aside.</summary>
/// <param name="Delta">What it would add to use, or to what is held.</param>
internal readonly record struct Asked(decimal Delta)
{
    /// <summary>Units of <see cref="Delta"/> that a hold has set aside for it; 0: there is no hold.</summary>
    public decimal Promised { get; init; }

    /// <summary>When that hold ends, and its promise with it; null: there is no hold.</summary>
    public DateTimeOffset? PromisedUntil { get; init; }

    /// <summary>Whether a part of it will do (rule 4).</summary>
    public bool PartWillDo { get; init; }

    /// <summary>Whether it is to be set aside for later, and not used now.</summary>
    public bool ToHold { get; init; }

    /// <summary>Units that were promised to nobody.</summary>
    public decimal Unpromised => Delta - Promised;

    /// <summary>Whether all of it was set aside before: then it is let through whatever has come since.</summary>
    public bool IsPromised => Promised > 0 && Unpromised <= 0;
}
