using System.Runtime.CompilerServices;

namespace Metering.Reports;

/// <summary>From where exports are made: the ports of a host.</summary>
/// <param name="Directory">The licenses.</param>
/// <param name="Ledger">Rollups.</param>
/// <param name="Scan">Entries.</param>
/// <param name="Rules">By what the operator has set the licenses are decided.</param>
public sealed record ExportSources(ILicenseDirectory Directory, ILedger Ledger, ILedgerScan Scan, MeterRules Rules)
{
    /// <summary>Licenses that are read in one step.</summary>
    private const int Step = 1_000;

    internal ReportRows RowsOf(ExportReport report) => ReportRows.Of(report, Ledger, Scan, Rules);

    /// <summary>All licenses of a tenant, or of all, deleted ones included, in the order of their ids, in steps.</summary>
    internal async IAsyncEnumerable<IReadOnlyList<LicenseRecord>> LicensesAsync(
        string? tenantId, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        IReadOnlyList<LicenseRecord> some = [];
        do
        {
            some = await Directory.WalkAsync(tenantId, some.Count == 0 ? null : some[^1].Id, Step, cancellationToken).ConfigureAwait(false);
            if (some.Count > 0)
            {
                yield return some;
            }
        }
        while (some.Count == Step);
    }
}
