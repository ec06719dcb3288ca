namespace Metering.Client.Admin;

/// <summary>How a license stands: every feature and every balance.</summary>
/// <param name="Features">A usage answer for each feature.</param>
/// <param name="Balances">Its prepaid accounts.</param>
public sealed record LicenseStanding(IReadOnlyList<UsageAnswer> Features, IReadOnlyList<Balance> Balances);
