namespace Metering.Reports;

/// <summary>Whether the evidence of a span is still there: a report on a part of it would look like one on all of it.</summary>
internal static class RetentionCheck
{
    /// <exception cref="ReportRefusedException">A part of the license's evidence from then on may have been removed.</exception>
    public static async ValueTask AssertKeptAsync(
        ILedger ledger, LicenseState state, DateTimeOffset from, CancellationToken cancellationToken)
    {
        if (await ledger.KeptFromAsync(state.LicenseId, cancellationToken).ConfigureAwait(false) is { } kept
            // Before its creation there was nothing to remove.
            && kept > from && kept > state.CreatedAt)
        {
            throw ReportRefusedException.Removed(kept);
        }
    }
}
