namespace Metering;

/// <summary>What a period came to when it was closed (rule 3).</summary>
/// <param name="Period">The period.</param>
/// <param name="Used">Use of the period; for a standing level, the level at its end.</param>
/// <param name="Overage">The part that nothing covered.</param>
/// <param name="Cost">What it cost.</param>
/// <param name="Left">What the limit still covered and did not roll over: late use takes it before it is overage.</param>
/// <param name="ClosedAt">When it was closed, UTC.</param>
public sealed record ClosedPeriod(Period Period, decimal Used, decimal Overage, decimal Cost, decimal Left, DateTimeOffset ClosedAt);
