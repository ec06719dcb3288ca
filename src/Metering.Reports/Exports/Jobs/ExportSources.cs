using System.Runtime.CompilerServices;

namespace Metering.Reports;

/// <summary>From where exports are made: the ports of a host.</summary>
/// <param name="Directory">The licenses.</param>
/// <param name="Ledger">Rollups and periods.</param>
/// <param name="Scan">Entries.</param>
/// <param name="Meters">States.</param>
/// <param name="Rules">By what the operator has set the licenses are decided.</param>
public sealed record ExportSources(
    ILicenseDirectory Directory, ILedger Ledger, ILedgerScan Scan, ILicenseMeters Meters, MeterRules Rules)
{
    /// <summary>Licenses that are read in one step.</summary>
    private const int Step = 1_000;

    /// <summary>The rows of a report.</summary>
    /// <param name="report">The report.</param>
    /// <param name="asOf">When the export began, UTC: what had not ended by then is not in it.</param>
    internal ReportRows RowsOf(ExportReport report, DateTimeOffset asOf) => ReportRows.Of(report, this, asOf);

    /// <summary>From where reports are folded.</summary>
    internal ReportSources Reports => new(Ledger, Meters, Directory, Rules);

    /// <summary>All licenses of a tenant, or of all, deleted ones included, in the order of their ids, in steps.</summary>
    /// <param name="tenantId">The tenant; null: all.</param>
    /// <param name="afterId">Only licenses after this one; null: from the first.</param>
    /// <param name="cancellationToken">Stops it.</param>
    internal async IAsyncEnumerable<IReadOnlyList<LicenseRecord>> LicensesAsync(
        string? tenantId, string? afterId, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        IReadOnlyList<LicenseRecord> some = [];
        do
        {
            some = await Directory.WalkAsync(tenantId, some.Count == 0 ? afterId : some[^1].Id, Step, cancellationToken)
                .ConfigureAwait(false);
            if (some.Count > 0)
            {
                yield return some;
            }
        }
        while (some.Count == Step);
    }
}
