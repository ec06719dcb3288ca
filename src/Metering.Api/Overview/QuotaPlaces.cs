namespace Metering.Api;

/// <summary>Quotas of one kind: how many there are, and those that are furthest.</summary>
/// <param name="Count">How many there are.</param>
/// <param name="Items">The furthest of them, at most 50.</param>
public sealed record QuotaPlaces(int Count, IReadOnlyList<QuotaPlace> Items);
