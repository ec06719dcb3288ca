namespace Metering.Reports;

/// <summary>Another run has taken the export over: it was thought that this one had been interrupted.</summary>
internal sealed class ExportOvertakenException : Exception;
