namespace Metering.Reports;

/// <summary>The ledger's entries that a file was made of.</summary>
/// <param name="From">They were made at this time or later, UTC.</param>
/// <param name="To">They were made before, UTC.</param>
/// <param name="Licenses">How many licenses have such entries.</param>
/// <param name="Entries">How many there are.</param>
/// <param name="Digest">
/// Lower-case hex: for each of those licenses in the order of ids, SHA-256 over the digest so far (32 zero bytes at the beginning), its id,
/// a zero byte, the numbers of its first and last such entry (64 bits, big endian), and the chain's link of the last one.
/// </param>
public sealed record CoveredLedger(DateTimeOffset From, DateTimeOffset To, long Licenses, long Entries, string Digest);
