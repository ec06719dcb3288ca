namespace Metering.Cli.Evidence;

/// <summary>What came of a walk through a ledger.</summary>
/// <param name="Entries">How many entries were read.</param>
/// <param name="Differences">What does not agree, for people; the first few.</param>
internal sealed record LedgerFindings(long Entries, IReadOnlyList<string> Differences);
