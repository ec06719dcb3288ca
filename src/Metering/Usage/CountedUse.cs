namespace Metering;

/// <summary>A use that was decided and is to be counted.</summary>
/// <param name="Use">The use, as it was asked for.</param>
/// <param name="Kind">As what it is recorded.</param>
internal readonly record struct CountedUse(Use Use, EntryKind Kind)
{
    /// <summary>The value as it was given, or the part of it that is taken.</summary>
    public decimal Given { get; init; }

    /// <summary>What it adds to use.</summary>
    public decimal Delta { get; init; }

    /// <summary>From when it counts: when it happened, or now.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>What it costs; null: nothing.</summary>
    public Price? Price { get; init; }

    /// <summary>Whether it came too late for the day in which it happened.</summary>
    public bool Late { get; init; }

    /// <summary>Whether it counts as overage whatever is left: use of a lease whose time was over.</summary>
    public bool Uncovered { get; init; }

    /// <summary>Why it changes nothing; null when it counts.</summary>
    public string? Ignored { get; init; }

    /// <summary>The hold that it draws on.</summary>
    public string? HoldId { get; init; }

    /// <summary>The evidence.</summary>
    /// <param name="before">Use of the period before.</param>
    /// <param name="after">Use of the period after.</param>
    /// <param name="period">The period in which it counts.</param>
    /// <param name="overage">The part of it that nothing covered.</param>
    /// <param name="price">What it cost.</param>
    /// <param name="balance">The balance that paid it, as it is now; null: none.</param>
    /// <param name="user">By which name its day counts the user.</param>
    public LedgerEntry Entry(
        decimal before, decimal after, Period period, decimal overage, Price price, BalanceState? balance, string? user) => new()
    {
        Kind = Kind,
        FeatureCode = Use.FeatureCode,
        Amount = Delta,
        Value = Given,
        // What changes nothing counts in no day, and a replay goes by that.
        Day = Ignored is null ? DateOnly.FromDateTime(At.UtcDateTime) : null,
        OccurredAt = Use.OccurredAt,
        Late = Late,
        EventId = Use.EventId,
        UserId = Use.UserId,
        AmongOthers = user != Use.UserId,
        Before = before,
        After = after,
        Overage = overage,
        Cost = price.Cost,
        Charges = price.Charges,
        Unit = balance?.Unit,
        BalanceAfter = balance?.Amount,
        Period = period,
        Fingerprint = Use.Fingerprint,
        Key = Use.Key,
        HoldId = HoldId,
        Detail = Ignored,
        Metadata = Use.Metadata,
    };
}
