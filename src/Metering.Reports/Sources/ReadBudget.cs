namespace Metering.Reports;

/// <summary>
/// How many ledger entries one report may still read. Rollups say beforehand how many there are, so nothing is read in vain.
/// </summary>
internal sealed class ReadBudget(long entries)
{
    /// <summary>Most entries that one report reads.</summary>
    public const long MaxEntries = 1_000_000;

    private long left = entries;

    /// <summary>Takes a number of entries; false when there are not as many left.</summary>
    // Licenses are read side by side.
    public bool TryTake(long count) => Interlocked.Add(ref left, -count) >= 0;

    /// <summary>The refusal of a report that has none left.</summary>
    /// <param name="otherwise">What else the caller may do, after a list of two.</param>
    public static ReportRefusedException Exceeded(string otherwise = "") => ReportRefusedException.Field(
        "/from", $"would need more than {MaxEntries} entries of the ledger: ask for a shorter span, make an export{otherwise}");
}
