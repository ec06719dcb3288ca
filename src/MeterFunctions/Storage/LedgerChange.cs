using System.Collections.Immutable;
using Metering;

namespace MeterFunctions.Storage;

/// <summary>What one command adds to the evidence.</summary>
/// <param name="Entries">Its entries, in order; never empty.</param>
/// <param name="Identities">By what it is recognized when it comes again; empty when it is not remembered.</param>
/// <param name="Answer">Its answer.</param>
internal sealed record LedgerChange(
    ImmutableArray<LedgerEntry> Entries,
    ImmutableArray<Identity> Identities,
    Answer Answer);
