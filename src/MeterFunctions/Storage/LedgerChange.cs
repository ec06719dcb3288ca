using System.Collections.Immutable;
using Metering;

namespace MeterFunctions.Storage;

/// <summary>What one command adds to the evidence, as it is to be stored.</summary>
/// <param name="Entries">Its entries, in order; never empty.</param>
/// <param name="Identities">By what it is recognized when it comes again; empty when it is not remembered.</param>
/// <param name="Answer">Its answer, as it is remembered; null when it is not.</param>
/// <param name="Digest">
/// Digest of what is remembered (<see cref="EvidenceChain.Digest"/>), which the first entry's link covers; null where nothing is.
/// </param>
internal sealed record LedgerChange(
    ImmutableArray<LinkedEntry> Entries,
    ImmutableArray<Identity> Identities,
    string? Answer,
    byte[]? Digest);

/// <summary>An entry with its place in the license's chain.</summary>
/// <param name="Entry">The entry.</param>
/// <param name="Body">Its JSON, which is what its row holds and what the link is made of.</param>
/// <param name="Link">Its link (<see cref="EvidenceChain"/>).</param>
internal sealed record LinkedEntry(LedgerEntry Entry, string Body, byte[] Link);
