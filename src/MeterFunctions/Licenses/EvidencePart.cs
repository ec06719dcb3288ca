using System.Collections.Immutable;
using Metering;

namespace MeterFunctions.Licenses;

/// <summary>What one command adds to the evidence, as it is to be stored.</summary>
/// <param name="Entries">Its entries, in order; never empty.</param>
/// <param name="Body">Their JSON, one array: each entry's bytes in it are those that its link covers.</param>
/// <param name="Link">The last entry's link (<see cref="EvidenceChain"/>).</param>
/// <param name="Identities">By what it is recognized when it comes again; empty when it is not remembered.</param>
/// <param name="Answer">Its answer, as it is remembered; null when it is not.</param>
/// <param name="Digest">
/// Digest of what is remembered (<see cref="EvidenceChain.Digest"/>), which the first entry's link covers; null where nothing is.
/// </param>
internal sealed record EvidencePart(
    ImmutableArray<LedgerEntry> Entries,
    byte[] Body,
    byte[] Link,
    ImmutableArray<Identity> Identities,
    string? Answer,
    byte[]? Digest)
{
    /// <summary>The number of the first entry, by which the row is found.</summary>
    public long First => Entries[0].Sequence;
}
