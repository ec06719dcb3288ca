namespace Metering.Reports;

/// <summary>Which of the ledger's entries were read so far, and what stands for those of the licenses before.</summary>
/// <param name="LicenseId">The license that is being read; null: none was.</param>
/// <param name="First">Its first entry.</param>
/// <param name="Last">Its last entry that was read.</param>
/// <param name="Link">The chain's link of that.</param>
/// <param name="Licenses">Licenses with entries, this one included.</param>
/// <param name="Entries">Entries of all of them.</param>
/// <param name="Digest">The digest over the licenses before it.</param>
public sealed record LedgerMark(
    string? LicenseId, long First, long Last, ReadOnlyMemory<byte> Link, long Licenses, long Entries, ReadOnlyMemory<byte> Digest);
