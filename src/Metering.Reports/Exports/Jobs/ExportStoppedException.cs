namespace Metering.Reports;

/// <summary>An export was cancelled while it ran.</summary>
internal sealed class ExportStoppedException : Exception;
