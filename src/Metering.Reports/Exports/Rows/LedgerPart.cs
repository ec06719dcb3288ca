namespace Metering.Reports;

/// <summary>Some entries of one license, one after the other.</summary>
/// <param name="LicenseId">The license.</param>
/// <param name="Entries">The entries, one at least.</param>
/// <param name="Link">The chain's link of the last one (<see cref="EvidenceChain"/>).</param>
public sealed record LedgerPart(string LicenseId, IReadOnlyList<LedgerEntry> Entries, ReadOnlyMemory<byte> Link);
