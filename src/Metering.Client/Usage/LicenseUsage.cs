namespace Metering.Client;

/// <summary>All features and balances of a license.</summary>
/// <param name="Features">A usage answer for each feature.</param>
/// <param name="Balances">Its prepaid credit, by unit.</param>
public sealed record LicenseUsage(IReadOnlyList<UsageAnswer> Features, IReadOnlyList<CreditBalance> Balances);
