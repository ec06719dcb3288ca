namespace Metering;

/// <summary>What the policies say.</summary>
/// <param name="Code">Why not; null: it may happen.</param>
/// <param name="Detail">Why not, for people.</param>
/// <param name="Rate">The rate that was taken from last, as <see cref="MeterState.LastRate"/>.</param>
/// <param name="RateNext">What to keep of it, as <see cref="MeterState.RateNext"/>.</param>
internal readonly record struct Verdict(string? Code, string? Detail, Rate? Rate, decimal RateNext)
{
    /// <summary>The tier that refuses; null where no tier does.</summary>
    public Tier? By { get; init; }

    /// <summary>In how many seconds the rate lets it through.</summary>
    public long? RetryAfterSeconds { get; init; }

    /// <summary>Whether the period's end or a grant may bring it about that the use passes.</summary>
    public bool MayReturn { get; init; }

    /// <summary>The tier that suspends use with this refusal.</summary>
    public Tier? Suspends { get; init; }

    public static Verdict Yes(MeterState meter) => new(null, null, meter.LastRate, meter.RateNext);

    public static Verdict No(string code, string detail, Tier? by = null) => new(code, detail, null, 0) { By = by };

    /// <summary>The meter with what the use takes from the rate.</summary>
    public MeterState Keep(MeterState meter) => RateNext == meter.RateNext ? meter : meter with { RateNext = RateNext, LastRate = Rate };
}
