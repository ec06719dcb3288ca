namespace Metering;

/// <summary>What a grant covered of a period's use.</summary>
/// <param name="GrantId">
/// The grant; null: several together, because there were too many to be kept apart (<see cref="MeterLimits.PeriodGrants"/>).
/// </param>
/// <param name="Used">Units that it covered.</param>
public sealed record PeriodGrant(string? GrantId, decimal Used);
