namespace Metering.Client.Admin;

/// <summary>Which entries of a ledger are meant; what is null is no condition.</summary>
/// <param name="From">Entries made at this or after.</param>
/// <param name="To">Entries made before.</param>
/// <param name="FeatureCode">Only this feature's.</param>
/// <param name="Unit">Only those that changed the balance in this unit.</param>
public sealed record LedgerFilter(
    DateTimeOffset? From = null, DateTimeOffset? To = null, string? FeatureCode = null, string? Unit = null);
