namespace Metering.Reports;

/// <summary>What a check of a file found.</summary>
/// <param name="Differences">In how many places it says something else than its manifest, or than the ledger.</param>
/// <param name="Changed">Of a provisional file: rows that have changed or come since, which is what provisional means.</param>
/// <param name="Rows">Rows that were compared.</param>
public sealed record ExportFindings(long Differences, long Changed, long Rows);
