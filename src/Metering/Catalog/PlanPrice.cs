namespace Metering;

/// <summary>What a plan costs, for people and billing to read; the meter charges nothing for it.</summary>
/// <param name="Amount">The price of one interval.</param>
/// <param name="Currency">ISO 4217 code or another unit; null where the catalog does not say.</param>
/// <param name="Interval">How often it is due.</param>
public sealed record PlanPrice(decimal Amount, string? Currency, Interval Interval);
