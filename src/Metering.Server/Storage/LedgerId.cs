namespace Metering.Server.Storage;

/// <summary>A license's key and one of its sequence numbers in one integer, in their order.</summary>
internal static class LedgerId
{
    // The 27 bits that are left number 134 million licenses.
    internal const int SequenceBits = 36;

    /// <summary>Most entries that a license's ledger can number: 68 billion.</summary>
    internal const long MaxSequence = (1L << SequenceBits) - 1;

    internal static long Of(long licenseKey, long sequence) => (licenseKey << SequenceBits) | sequence;

    internal static long Sequence(long id) => id & MaxSequence;
}
