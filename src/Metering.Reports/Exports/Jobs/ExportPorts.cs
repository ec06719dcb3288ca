namespace Metering.Reports;

/// <summary>What a host that can export brings along. One that registers none answers its routes as if they were not there.</summary>
/// <param name="Jobs">The exports.</param>
/// <param name="Schedules">The schedules.</param>
/// <param name="Sink">Where the files are.</param>
/// <param name="Scan">Entries of many licenses.</param>
public sealed record ExportPorts(IExportJobs Jobs, IExportSchedules Schedules, IExportSink Sink, ILedgerScan Scan);
