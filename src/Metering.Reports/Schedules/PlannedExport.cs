namespace Metering.Reports;

/// <summary>An export that a schedule will make.</summary>
/// <param name="At">When it is due, UTC: its run has come, and its span is over, or final.</param>
/// <param name="Report">What its file holds.</param>
/// <param name="Span">What it covers.</param>
/// <param name="State">Whether it is the provisional or the final one.</param>
public sealed record PlannedExport(DateTimeOffset At, ExportReport Report, ExportSpan Span, ExportState State);
