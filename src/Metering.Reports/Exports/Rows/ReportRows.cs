using System.Collections.Immutable;

namespace Metering.Reports;

/// <summary>The rows of a report: what its columns are, how its rows are read, and what a row counts.</summary>
internal abstract class ReportRows
{
    /// <summary>The columns, in the order in which they are written.</summary>
    internal abstract ImmutableArray<ExportColumn> Columns { get; }

    /// <summary>
    /// The columns by which the rows of a file are ordered; no two rows are alike in all of them. The license's id is the first.
    /// </summary>
    internal abstract ImmutableArray<int> Key { get; }

    /// <summary>When the entries were made that the rows of a span are made of.</summary>
    internal abstract ExportSpan Covered(ExportSpan span);

    /// <summary>
    /// Reads the rows of licenses, which are in the order of their ids. While entries are read that make no rows, there are parts without
    /// any, so that whoever reads them can tell of it, and stop.
    /// </summary>
    /// <param name="licenses">The licenses.</param>
    /// <param name="span">Which entries, days or periods.</param>
    /// <param name="positions">Is told of the ledger's entries that the rows are made of. Those that it knows are not read again.</param>
    /// <param name="cancellationToken">Stops it.</param>
    internal abstract IAsyncEnumerable<RowPart> ReadAsync(
        IReadOnlyList<LicenseRecord> licenses, ExportSpan span, LedgerPositions positions, CancellationToken cancellationToken);

    /// <summary>Those of a report, read from a host's ports.</summary>
    internal static ReportRows Of(ExportReport report, ExportSources sources, DateTimeOffset asOf) => report switch
    {
        ExportReport.Ledger => new LedgerReportRows(sources.Scan),
        ExportReport.Usage => new UsageReportRows(sources.Ledger, sources.Scan, sources.Rules.LateWindow),
        ExportReport.Billing => new BillingReportRows(sources, asOf),
        _ => throw new ArgumentOutOfRangeException(nameof(report), report, null),
    };

    /// <summary>What a row counts; false for a row that counts nothing, such as that of a changed plan.</summary>
    internal abstract bool TryCount(ExportRow row, out RowCount count);

    /// <summary>Compares two rows by <see cref="Key"/>.</summary>
    internal int Compare(ExportRow one, ExportRow other)
    {
        foreach (var column in Key)
        {
            var compared = Columns[column].Type switch
            {
                ColumnType.Text => string.CompareOrdinal(one.Text(column), other.Text(column)),
                _ => one.Whole(column).CompareTo(other.Whole(column)),
            };
            if (compared != 0)
            {
                return compared;
            }
        }

        return 0;
    }

    /// <summary>A row's place in the report, for people.</summary>
    internal string Place(ExportRow row) => string.Join(", ", Key.Select(column => $"{Columns[column].Name} {row.Shown(column)}"));
}
